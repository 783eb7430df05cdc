import type { Deadline } from '../../core/requests/deadline.ts';
import type { FileAccessEffect, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { TimeSlices } from '../../lib/time-slices.ts';
import { readCondition } from './conditions/condition.ts';
import { type ConditionFailure, failureOf } from './conditions/condition-failure.ts';
import type { Facts } from './conditions/vocabulary.ts';
import { matchesPattern } from './file-pattern.ts';

/** The reason for a decision. */
export type DecisionReason =
  | 'ALLOWED_BY_POLICY'
  | 'DENIED_BY_POLICY'
  | 'DENIED_BY_FAILED_POLICY'
  | 'NO_POLICY_MATCHES'
  | 'USER_INACTIVE';

/** The columns of a policy that a decision reads. */
export type Deciding = Pick<FileAccessPolicy, 'filePattern' | 'condition' | 'effect' | 'isEnabled'>;

/** A condition that could not be evaluated, with its policy. */
export interface FailedPolicy<Policy = FileAccessPolicy> {
  readonly policy: Policy;
  readonly failure: ConditionFailure;
}

/** A decision remembers so many of them; an operation can ask for thousands of decisions. */
const MAX_FAILURES = 20;

/** Whether a user may open a file, and the policy that decided. */
export interface Decision<Policy = FileAccessPolicy> {
  readonly effect: FileAccessEffect;
  readonly reason: DecisionReason;
  readonly policy: Policy | null;
  /**
   * The conditions that could not be evaluated, in the order in which they were tried, until a policy decided; the
   * first 20.
   */
  readonly failures: readonly FailedPolicy<Policy>[];
}

/** The tenant and the deadline of an operation that makes decisions. */
export interface Asking {
  /** The tenant whose policies decide: the decisions of different tenants take turns. */
  readonly tenantId: string;
  readonly deadline: Pick<Deadline, 'refusal'>;
}

/** Returns the enabled policies whose pattern matches a path, in order; throws QUERY_TOO_COMPLEX when time runs out. */
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
 * Decides about one user and one file by the policies that match the file, oldest first. A DENY that holds beats every
 * ALLOW, the default is to deny, and of several policies that decide alike the first one is named.
 *
 * A condition that fails, because an attribute is missing or is not a number, makes a DENY policy deny and an ALLOW
 * policy allow nothing: a user who is wrongly kept out complains, and nothing reports a file that is wrongly open.
 *
 * Throws QUERY_TOO_COMPLEX when time runs out.
 */
export async function decide<Policy extends Deciding>(
  about: readonly Policy[],
  facts: Facts,
  asking: Asking,
): Promise<Decision<Policy>> {
  const failures: FailedPolicy<Policy>[] = [];
  for (const effect of ['DENY', 'ALLOW'] as const) {
    for (const policy of about.filter((one) => one.effect === effect)) {
      const answer = await inTurn(asking, () => answerOf(policy, facts));
      if (typeof answer === 'object' && failures.length < MAX_FAILURES)
        failures.push({ policy, failure: answer });
      const reason = REASONS[effect][typeof answer === 'object' ? 'FAILS' : answer];
      if (reason) return { effect, reason, policy, failures };
    }
  }
  return { effect: 'DENY', reason: 'NO_POLICY_MATCHES', policy: null, failures };
}

type Answer = 'HOLDS' | 'HOLDS_NOT' | 'FAILS';

const REASONS: Record<FileAccessEffect, Partial<Record<Answer, DecisionReason>>> = {
  DENY: { HOLDS: 'DENIED_BY_POLICY', FAILS: 'DENIED_BY_FAILED_POLICY' },
  ALLOW: { HOLDS: 'ALLOWED_BY_POLICY' },
};

function answerOf({ condition }: Deciding, facts: Facts): 'HOLDS' | 'HOLDS_NOT' | ConditionFailure {
  try {
    return readCondition(condition).holds(facts) ? 'HOLDS' : 'HOLDS_NOT';
  } catch (error) {
    // Every error counts: a condition that an earlier release accepted may no longer parse.
    return failureOf(condition, error);
  }
}

/** The time that all decisions of this node may take in one turn of the event loop. */
const SLICE_MS = 10;
const slices = new TimeSlices(SLICE_MS);

/**
 * Runs one piece of a decision, immediately if the current time slice has time left, otherwise in the tenant's next
 * turn. A piece is one pattern, one condition or one user, and is not divided. Throws QUERY_TOO_COMPLEX instead when the
 * time of the operation has run out.
 */
export function inTurn<Value>({ tenantId, deadline }: Asking, piece: () => Value): Promise<Value> {
  return new Promise((resolve, reject) =>
    slices.run(() => {
      const { refusal } = deadline;
      if (refusal) return reject(refusal);
      try {
        resolve(piece());
      } catch (error) {
        reject(error);
      }
    }, tenantId),
  );
}
