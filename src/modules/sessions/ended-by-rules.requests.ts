import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { type EndingRules, type EndingRulesSql, isEndedSql } from './ended-by-rules.terms.ts';

/** The rules of sign-in for users of one key, before a change and after it. */
export interface ChangedRules {
  readonly key: string;
  readonly before: EndingRules;
  readonly after: EndingRules;
}

/** The number of sessions that a change of rules would end, in a tenant that was named; in all others together for null. */
export interface EndedSessions {
  readonly tenantId: string | null;
  readonly count: number;
}

/**
 * Counts the sessions that are alive now and that other rules would end, in one statement. `users` is a statement that
 * gives the users as `user_id`, their tenants as `tenant_id`, and the `key` of their rules.
 */
export function sessionsToEnd(
  db: Pick<PrismaClient, '$queryRaw'>,
  users: Prisma.Sql,
  rules: readonly ChangedRules[],
  namedTenantIds: readonly string[],
): Promise<EndedSessions[]> {
  const now = Prisma.sql`now()`;
  return db.$queryRaw<EndedSessions[]>`
    SELECT CASE WHEN users.tenant_id = ANY (${namedTenantIds}::uuid[]) THEN users.tenant_id END AS "tenantId",
      count(*)::int AS count
    FROM (${users}) AS users
    JOIN jsonb_to_recordset(${rulesJson(rules)}::jsonb) AS rules (key text, before jsonb, after jsonb)
      USING (key)
    CROSS JOIN LATERAL jsonb_to_record(rules.before) AS ${columns('rules_before')}
    CROSS JOIN LATERAL jsonb_to_record(rules.after) AS ${columns('rules_after')}
    JOIN session ON session.user_id = users.user_id
    JOIN session_renewal ON session_renewal.session_id = session.id
    LEFT JOIN tenant ON tenant.id = users.tenant_id
    WHERE revoked_at IS NULL AND ended_at IS NULL AND expires_at > ${now}
      AND tenant_suspensions = coalesce(tenant.suspensions, 0)
      AND NOT ${isEndedSql(rulesIn('rules_before'), now)} AND ${isEndedSql(rulesIn('rules_after'), now)}
    GROUP BY 1`;
}

function rulesJson(rules: readonly ChangedRules[]): string {
  // The time since which sign-ins count is left out: what it ends was stored as ended when it was set.
  const counted = ({ providers, isFactorRequired, maxHours, idleMinutes }: EndingRules) => ({
    ...{ providers, isFactorRequired, maxHours, idleMinutes },
  });
  return JSON.stringify(
    rules.map(({ key, before, after }) => ({ key, before: counted(before), after: counted(after) })),
  );
}

function columns(name: string): Prisma.Sql {
  return Prisma.raw(
    `${name} (providers text[], "isFactorRequired" boolean, "maxHours" int, "idleMinutes" int)`,
  );
}

function rulesIn(name: string): EndingRulesSql {
  const column = (of: keyof EndingRules) => Prisma.raw(`${name}."${of}"`);
  return {
    providers: column('providers'),
    isFactorRequired: column('isFactorRequired'),
    maxHours: column('maxHours'),
    idleMinutes: column('idleMinutes'),
    since: Prisma.sql`NULL::timestamptz`,
  };
}
