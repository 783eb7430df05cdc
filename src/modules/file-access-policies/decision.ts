import type { Deadline } from '../../core/requests/deadline.ts';
import type { FileAccessEffect, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { TimeSlices } from '../../lib/time-slices.ts';
import { readCondition } from './conditions/condition.ts';
import type { Facts } from './conditions/vocabulary.ts';
import { matchesPattern } from './file-pattern.ts';

/** Why a decision is what it is. */
export type DecisionReason =
  | 'ALLOWED_BY_POLICY'
  | 'DENIED_BY_POLICY'
  | 'DENIED_BY_FAILED_POLICY'
  | 'NO_POLICY_MATCHES'
  | 'USER_INACTIVE';

/** The columns of a policy that decide. */
export type Deciding = Pick<FileAccessPolicy, 'filePattern' | 'condition' | 'effect' | 'isEnabled'>;

/** Whether a user may open a file, and by which policy. */
export interface Decision<Policy = FileAccessPolicy> {
  readonly effect: FileAccessEffect;
  readonly reason: DecisionReason;
  readonly policy: Policy | null;
}

/** For whom decisions are made. */
export interface Asking {
  /** The tenant whose policies are asked: the decisions of all tenants are made in turn. */
  readonly tenantId: string;
  readonly deadline: Pick<Deadline, 'fault'>;
}

/** The enabled policies that are about a file, in their order; throws QUERY_TOO_COMPLEX when the time is over. */
export async function policiesAbout<Policy extends Deciding>(
  policies: readonly Policy[],
  path: string,
  asking: Asking,
): Promise<Policy[]> {
  const found: Policy[] = [];
  for (const policy of policies) {
    if (!policy.isEnabled) continue;
    if (await inTurn(asking, () => matchesPattern(policy.filePattern, path))) found.push(policy);
  }
  return found;
}

/**
 * Decides about one user and one file by the policies that are about it. A DENY that holds beats every ALLOW; whatever
 * no policy allows is denied; of several that decide alike the first one is named: they come oldest first.
 *
 * A condition that cannot be told, because an attribute is missing or is no number, does not allow, and denies where its
 * policy denies: of two mistakes, a user who is kept out complains, and a file that lies open does not.
 *
 * Throws QUERY_TOO_COMPLEX when the time is over.
 */
export async function decide<Policy extends Deciding>(
  about: readonly Policy[],
  facts: Facts,
  asking: Asking,
): Promise<Decision<Policy>> {
  for (const effect of ['DENY', 'ALLOW'] as const) {
    for (const policy of about.filter((one) => one.effect === effect)) {
      const reason = REASONS[effect][await inTurn(asking, () => answerOf(policy, facts))];
      if (reason) return { effect, reason, policy };
    }
  }
  return { effect: 'DENY', reason: 'NO_POLICY_MATCHES', policy: null };
}

type Answer = 'HOLDS' | 'HOLDS_NOT' | 'FAILS';

const REASONS: Record<FileAccessEffect, Partial<Record<Answer, DecisionReason>>> = {
  DENY: { HOLDS: 'DENIED_BY_POLICY', FAILS: 'DENIED_BY_FAILED_POLICY' },
  ALLOW: { HOLDS: 'ALLOWED_BY_POLICY' },
};

function answerOf({ condition }: Deciding, facts: Facts): Answer {
  try {
    return readCondition(condition).holds(facts) ? 'HOLDS' : 'HOLDS_NOT';
  } catch {
    // Whatever it was: a condition that an earlier release let through fails here, too.
    return 'FAILS';
  }
}

/** How much of one turn of the event loop all decisions of this node may take. */
const SLICE_MS = 10;
const slices = new TimeSlices(SLICE_MS);

/**
 * Does a piece of deciding when it is the tenant's turn again: at once unless there is no time left. A piece is one
 * pattern, one condition or one user, and is done within its turn. Once the time of the operation is over, it throws
 * QUERY_TOO_COMPLEX instead.
 */
export function inTurn<Value>({ tenantId, deadline }: Asking, piece: () => Value): Promise<Value> {
  return new Promise((resolve, reject) =>
    slices.run(() => {
      const { fault } = deadline;
      if (fault) return reject(fault);
      try {
        resolve(piece());
      } catch (error) {
        reject(error);
      }
    }, tenantId),
  );
}
