import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import type { ConditionFailure } from './conditions/condition-failure.ts';
import type { FailedPolicy } from './decision.ts';
import { storedPolicy, type TriedPolicy } from './tried-policy.ts';

/** A failure of a policy, or of a draft, with the number of pairs of user and file for which it occurred. */
export interface CountedFailure extends FailedPolicy<FileAccessPolicy | null> {
  readonly count: number;
}

const MAX_FAILURES = 20;

/** Counts the failures of many decisions, by policy, part and reason. */
export class FailureCounts {
  readonly #counts = new Map<
    TriedPolicy,
    Map<string, { readonly failure: ConditionFailure; count: number }>
  >();

  add(failures: readonly FailedPolicy<TriedPolicy>[]): void {
    for (const { policy, failure } of failures) {
      const ofPolicy = this.#counts.get(policy) ?? new Map();
      this.#counts.set(policy, ofPolicy);
      const key = `${failure.reason} ${failure.line}:${failure.column}`;
      const counted = ofPolicy.get(key) ?? { failure, count: 0 };
      counted.count += 1;
      ofPolicy.set(key, counted);
    }
  }

  /** Returns the failures that occurred most often, at most 20. */
  mostFrequent(): CountedFailure[] {
    const all = [...this.#counts].flatMap(([policy, ofPolicy]) =>
      [...ofPolicy.values()].map(({ failure, count }) => ({ policy: storedPolicy(policy), failure, count })),
    );
    return all.sort((one, other) => other.count - one.count).slice(0, MAX_FAILURES);
  }
}
