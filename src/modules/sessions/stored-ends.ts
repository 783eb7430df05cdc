import type { SignInRules } from '../../configuration/layers/sign-in-rules.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { Prisma } from '../../generated/prisma/client.ts';

/** The users on whom settings act. */
export type Obeying =
  | { readonly tenantId: string | null }
  | { readonly businessTypeId: string }
  | 'EVERY_USER';

/** The rules that end sessions. */
export type EndingRules = Pick<
  SignInRules,
  'providers' | 'isFactorRequired' | 'maxHours' | 'idleMinutes' | 'since'
>;

/**
 * Stores which sessions some rules have ended, in one statement: laxer ones do not revive them. What these sessions have
 * open is closed by the change of the settings itself.
 */
export async function storeEnds(tx: Transaction, obeying: Obeying, rules: EndingRules): Promise<void> {
  const { providers, isFactorRequired, maxHours, idleMinutes, since } = rules;
  const now = await tx.now();
  await tx.db.$executeRaw`
    UPDATE session_renewal SET ended_at = ${now}
    FROM session JOIN "user" AS person ON person.id = session.user_id
    WHERE session_renewal.session_id = session.id AND ended_at IS NULL AND revoked_at IS NULL
      AND ${obeyingSql(obeying)} AND (
        session.provider::text <> ALL (${[...providers]}::text[])
        OR (${isFactorRequired} AND session.factor IS NULL)
        OR session.authenticated_at < ${since}::timestamptz
        OR session.authenticated_at + ${maxHours}::int * interval '1 hour' <= ${now}
        OR session_renewal.renewed_at + ${idleMinutes}::int * interval '1 minute' <= ${now})`;
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
