import { randomUUID } from 'node:crypto';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type { ConsentStep } from '../../../src/generated/prisma/client.ts';
import { consentPurposeEntity } from '../../../src/modules/consent-purposes/consent-purposes.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null };

/** A database with a tenant, and with purposes to which many customers have granted consent. */
export class DueConsents {
  readonly database: OpenDatabase;
  readonly tenantId: string;

  private constructor(database: OpenDatabase, tenantId: string) {
    this.database = database;
    this.tenantId = tenantId;
  }

  static async open(): Promise<DueConsents> {
    const database = await anOpenDatabase();
    const { prisma } = database;
    const organization = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
    const data = { organizationId: organization.id, name: 'Acme', slug: 'acme' };
    const { id } = await prisma.tenant.create({ data });
    await prisma.feedHead.create({ data: { feed: id } });
    return new DueConsents(database, id);
  }

  close(): Promise<void> {
    return this.database.drop();
  }

  /** Creates a purpose to which so many customers have granted consent on its first notice; gives its id. */
  async aPurpose(grants: number): Promise<string> {
    const { prisma } = this.database;
    const { tenantId } = this;
    const key = randomUUID();
    const purpose = { tenantId, key, title: key, noticeVersion: 1 };
    const { id: purposeId } = await prisma.consentPurpose.create({ data: purpose });
    const ids = Array.from({ length: grants }, () => randomUUID());
    const now = new Date();
    const granted = {
      state: 'GRANTED',
      noticeVersion: 1,
      language: 'en',
      channel: 'SUBJECT',
      grantedAt: now,
    } as const;
    const actor = { actorKind: 'SYSTEM', actorName: 'a test', actorOfPlatform: false } as const;
    const asked = { purposeId, purposeKey: key, purposeTitle: key };
    await prisma.customer.createMany({ data: ids.map((id) => ({ id, tenantId, company: id })) });
    await prisma.$transaction([
      prisma.consent.createMany({
        data: ids.map((id) => ({ id, tenantId, purposeId, customerId: id, ...granted })),
      }),
      prisma.consentRecord.createMany({
        data: ids.map((id) => ({
          ...{ consentId: id, consentVersion: 1, step: 'GRANT' as ConsentStep, recordedAt: now },
          ...granted,
          ...asked,
          ...actor,
        })),
      }),
    ]);
    return purposeId;
  }

  /** Has the next notice of a purpose require consent again. */
  async requireAgain(purposeId: string): Promise<void> {
    await this.database.transactions.of(ORIGIN)(async (tx) => {
      const before = await tx.db.consentPurpose.findUniqueOrThrow({ where: { id: purposeId } });
      const noticeVersion = (before.noticeVersion ?? 0) + 1;
      return tx.update(consentPurposeEntity, before, { noticeVersion, requiredNoticeVersion: noticeVersion });
    });
  }

  /** Counts the renewals of each consent to a purpose by its ledger. */
  async renewals(purposeId: string): Promise<number[]> {
    const rows = await this.database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(record.id)::int AS count FROM consent
      LEFT JOIN consent_record AS record ON record.consent_id = consent.id AND record.step = 'SUPERSEDE'
      WHERE consent.purpose_id = ${purposeId}::uuid GROUP BY consent.id`;
    return rows.map(({ count }) => count);
  }

  /** Counts the renewals that are still scheduled. */
  scheduled(): Promise<number> {
    return this.database.prisma.dueWork.count({ where: { kind: 'consentRenewal' } });
  }
}
