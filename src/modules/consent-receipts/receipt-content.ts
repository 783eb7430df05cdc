import { randomUUID } from 'node:crypto';
import type { Consent, ConsentNotice, ConsentRecord, Tenant } from '../../generated/prisma/client.ts';

/** The rows that a receipt is made of. */
export interface ReceiptSources {
  readonly consent: Pick<Consent, 'id' | 'customerId' | 'memberId' | 'createdAt'>;
  /** The current record of the consent. */
  readonly record: ConsentRecord;
  /** The notice that was shown; null if the consent was refused before one was. */
  readonly notice: Pick<ConsentNotice, 'noticeVersion' | 'language' | 'sha256'> | null;
  readonly tenant: Pick<Tenant, 'id' | 'name'>;
}

const SECOND_MS = 1_000;

/**
 * Returns the content of a receipt, in the sections and fields of ISO/IEC TS 27560:2023. It is the same for every viewer,
 * the subject too: so it has neither the evidence nor the name or the id of any person who acted, only on which side the
 * person stood.
 */
export function receiptContent({ consent, record, notice, tenant }: ReceiptSources, issuedAt: Date) {
  const principal = consent.memberId ?? consent.customerId;
  return {
    schema_version: 'ISO/IEC TS 27560:2023',
    receipt_id: randomUUID(),
    issued_at: issuedAt,
    record: {
      record_id: consent.id,
      pii_principal_id: principal,
      created_at: consent.createdAt,
      pii_processing: {
        privacy_notice: notice && {
          version: notice.noticeVersion,
          language: notice.language,
          sha256: notice.sha256,
        },
        language: notice?.language ?? null,
        purposes: [
          {
            purpose: record.purposeKey,
            purpose_title: record.purposeTitle,
            lawful_basis: 'consent',
            pii_information: 'as in the privacy notice',
            pii_controllers: [tenant.id],
            withdrawal_method: 'the mutation consentRevoke, or by staff',
          },
        ],
      },
      party_identification: [
        { party_id: tenant.id, party_role: 'pii_controller', party_name: tenant.name },
        {
          party_id: principal,
          party_role: 'pii_principal',
          party_type: consent.memberId ? 'member' : 'customer',
        },
      ],
      event: {
        event_id: record.id,
        event_number: record.consentVersion,
        event_time: record.recordedAt,
        event_type: record.step,
        event_state: record.state,
        entity_id: record.channel === 'SUBJECT' ? principal : tenant.id,
        channel: record.channel,
        granted_at: record.grantedAt,
        ...validity(record),
      },
    },
  };
}

/** The duration as ISO 8601 writes it, and where it ends. */
function validity({ recordedAt, expiresAt }: ConsentRecord) {
  if (!expiresAt) return { validity_duration: null, valid_until: null };
  const seconds = Math.max(0, expiresAt.getTime() - recordedAt.getTime()) / SECOND_MS;
  return { validity_duration: `PT${seconds}S`, valid_until: expiresAt };
}
