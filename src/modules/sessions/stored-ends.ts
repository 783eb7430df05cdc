import type { Transaction } from '../../core/rows/transact.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type EndingRules, endingRulesSql, isEndedSql } from './ended-by-rules.terms.ts';

/** The users on whom settings act. */
export type Obeying =
  | { readonly tenantId: string | null }
  | { readonly businessTypeId: string }
  | 'EVERY_USER';

/**
 * Stores which sessions some rules have ended, in one statement: laxer ones do not revive them. What these sessions have
 * open is closed by the change of the settings itself.
 */
export async function storeEnds(tx: Transaction, obeying: Obeying, rules: EndingRules): Promise<void> {
  const now = await tx.now();
  await tx.db.$executeRaw`
    UPDATE session_renewal SET ended_at = ${now}
    FROM session JOIN "user" AS person ON person.id = session.user_id
    WHERE session_renewal.session_id = session.id AND ended_at IS NULL AND revoked_at IS NULL
      AND ${obeyingSql(obeying)} AND ${isEndedSql(endingRulesSql(rules), Prisma.sql`${now}::timestamptz`)}`;
}

function obeyingSql(obeying: Obeying): Prisma.Sql {
  if (obeying === 'EVERY_USER') return Prisma.sql`true`;
  if ('businessTypeId' in obeying) {
    return Prisma.sql`person.tenant_id IN (
      SELECT id FROM tenant WHERE business_type_id = ${obeying.businessTypeId}::uuid)`;
  }
  if (obeying.tenantId === null) return Prisma.sql`person.tenant_id IS NULL`;
  return Prisma.sql`person.tenant_id = ${obeying.tenantId}::uuid`;
}
