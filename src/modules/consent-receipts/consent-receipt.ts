import { databaseTime } from '../../changes/schedule.ts';
import type { ViewerContext } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { ConsentRecord } from '../../generated/prisma/client.ts';
import { consents } from '../consents/consents.access.ts';
import { type ReceiptSources, receiptContent } from './receipt-content.ts';
import { signReceipt } from './signing-key.ts';

/** A receipt and the record that it is of. */
export interface ConsentReceipt {
  readonly jws: string;
  readonly record: ConsentRecord;
}

/** Signs a receipt of the current record of a consent; throws NOT_FOUND for a consent that the viewer may not see. */
export async function receiptOf(ctx: ViewerContext, id: string): Promise<ConsentReceipt> {
  const asked = await databaseTime(ctx.db);
  const sources = await sourcesOf(ctx, id);
  const { record } = sources;
  // A record that was written meanwhile is later than the question, and no receipt is older than its record.
  const issuedAt = record.recordedAt > asked ? record.recordedAt : asked;
  const jws = await signReceipt(ctx.db, ctx.ciphers.receiptKeys, receiptContent(sources, issuedAt));
  return { jws, record };
}

async function sourcesOf({ db, viewer }: ViewerContext, id: string): Promise<ReceiptSources> {
  const visible = toPrismaWhere(consents.visibleTo(viewer));
  const consent = await db.consent.findFirst({ where: { AND: [{ id }, visible] } });
  if (!consent) throw noSuch('Consent');
  const { purposeId, version: consentVersion, tenantId } = consent;
  const record = await db.consentRecord.findFirstOrThrow({
    where: { consentId: id, consentVersion },
  });
  const { noticeVersion, language } = record;
  const notice =
    noticeVersion && language
      ? await db.consentNotice.findFirstOrThrow({ where: { purposeId, noticeVersion, language } })
      : null;
  const tenant = await db.tenant.findFirstOrThrow({ where: { id: tenantId } });
  return { consent, record, notice, tenant };
}
