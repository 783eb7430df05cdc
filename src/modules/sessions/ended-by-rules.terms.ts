// The rules of sign-in as SQL: which sessions they have ended. What stores these ends and what counts them beforehand ask
// the same condition, so a preview of a change names the sessions that the change ends.

import type { SignInRules } from '../../configuration/layers/sign-in-rules.ts';
import { Prisma } from '../../generated/prisma/client.ts';

/** The rules that end sessions. */
export type EndingRules = Pick<
  SignInRules,
  'providers' | 'isFactorRequired' | 'maxHours' | 'idleMinutes' | 'since'
>;

/** Each of these rules as SQL: a value, or a column of rules. */
export type EndingRulesSql = Readonly<Record<keyof EndingRules, Prisma.Sql>>;

/** Gives rules to a statement as its parameters. */
export function endingRulesSql(rules: EndingRules): EndingRulesSql {
  const { providers, isFactorRequired, maxHours, idleMinutes, since } = rules;
  return {
    providers: Prisma.sql`${[...providers]}::text[]`,
    isFactorRequired: Prisma.sql`${isFactorRequired}::boolean`,
    maxHours: Prisma.sql`${maxHours}::int`,
    idleMinutes: Prisma.sql`${idleMinutes}::int`,
    since: Prisma.sql`${since}::timestamptz`,
  };
}

/** The condition that rules have ended a row of `session`, with its `session_renewal`, at a time. */
export function isEndedSql(rules: EndingRulesSql, now: Prisma.Sql): Prisma.Sql {
  const { providers, isFactorRequired, maxHours, idleMinutes, since } = rules;
  // A rule that is null ends nothing, and neither is it a reason to leave the others out.
  return Prisma.sql`coalesce(
    session.provider::text <> ALL (${providers})
    OR (${isFactorRequired} AND session.factor IS NULL)
    OR session.authenticated_at < ${since}
    OR session.authenticated_at + ${maxHours} * interval '1 hour' <= ${now}
    OR session_renewal.renewed_at + ${idleMinutes} * interval '1 minute' <= ${now}, false)`;
}
