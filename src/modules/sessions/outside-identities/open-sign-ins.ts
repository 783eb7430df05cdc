import type { OutsideSignIn } from '../../../core/rights/identity.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';

/** An outside sign-in of a user. */
export interface UsedSignIn {
  readonly userId: string;
  readonly outside: OutsideSignIn;
}

/**
 * Tells, in one statement, which outside sign-ins count at this moment: those whose subject is bound to the user, unless
 * their session, or all until a time of which they are, were ended. One that does not tell its time is of long ago.
 */
export async function openSignIns(
  prisma: PrismaClient,
  all: readonly UsedSignIn[],
): Promise<ReadonlySet<OutsideSignIn>> {
  if (all.length === 0) return new Set();
  const asked = all.map(({ userId, outside: { issuer, subject, sid, issuedAt } }, number) => ({
    ...{ number, user_id: userId, issuer, subject, sid },
    issued_at: (issuedAt ?? new Date(0)).toISOString(),
  }));
  const open = await prisma.$queryRaw<{ number: number }[]>`
    SELECT asked.number
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS asked (number int, user_id uuid, issuer text, subject text, sid text, issued_at timestamptz)
    JOIN outside_identity AS identity USING (issuer, subject, user_id)
    WHERE (identity.signed_out_at IS NULL OR identity.signed_out_at < asked.issued_at)
      AND (asked.sid IS NOT NULL OR identity.sessionless_signed_out_at IS NULL
        OR identity.sessionless_signed_out_at < asked.issued_at)
      AND NOT EXISTS (SELECT FROM outside_session AS session
        WHERE session.issuer = asked.issuer AND session.sid = asked.sid AND session.ended_at IS NOT NULL)`;
  return new Set(open.flatMap(({ number }) => all[number]?.outside ?? []));
}
