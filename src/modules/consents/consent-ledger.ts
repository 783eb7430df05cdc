import type { Consent, ConsentRecord, PrismaClient } from '../../generated/prisma/client.ts';

/** Returns a consent as it was right after a record of it. */
function consentAfter(consent: Consent, record: ConsentRecord): Consent {
  const { state, noticeVersion, language, channel, staffTeam, grantedAt, expiresAt } = record;
  const columns = { state, noticeVersion, language, channel, staffTeam, grantedAt, expiresAt };
  return { ...consent, ...columns, version: record.consentVersion, updatedAt: record.recordedAt };
}

/** Returns consents that existed at a time as they were then. */
export async function consentsAt(
  db: Pick<PrismaClient, '$queryRaw' | 'consentRecord'>,
  consents: readonly Consent[],
  time: Date,
): Promise<Consent[]> {
  const ids = consents.map(({ id }) => id);
  // The index leads to the one record: of a consent that changed often, too, no other one is read.
  const last = await db.$queryRaw<{ id: string }[]>`
    SELECT record.id FROM unnest(${ids}::uuid[]) AS consent (id), LATERAL (
      SELECT id FROM consent_record WHERE consent_id = consent.id AND recorded_at <= ${time}
      ORDER BY recorded_at DESC, consent_version DESC LIMIT 1
    ) AS record`;
  const records = await db.consentRecord.findMany({ where: { id: { in: last.map(({ id }) => id) } } });
  const recordOf = new Map(records.map((record) => [record.consentId, record]));
  return consents.map((consent) => {
    const record = recordOf.get(consent.id);
    if (!record)
      throw new Error(`The consent ${consent.id} has no record from before ${time.toISOString()}.`);
    return consentAfter(consent, record);
  });
}
