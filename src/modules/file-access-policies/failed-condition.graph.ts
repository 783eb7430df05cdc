import { inherited } from '../../core/rights/rules.ts';
import type { FileAccessPolicy as PolicyRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/schema/builder.ts';
import type { FailureReason } from './conditions/condition-failure.ts';
import type { FailedPolicy } from './decision.ts';
import { FileAccessPolicy } from './file-access-policies.graph.ts';

const ConditionFailureReason = builder.enumType('ConditionFailureReason', {
  description: 'The reason why a condition could not be evaluated.',
  values: {
    MISSING_VALUE: { description: 'The user does not hold the attribute, or a map has no such key.' },
    WRONG_TYPE: { description: 'A value has another type than the condition needs.' },
    UNREADABLE_TEXT: { description: 'A text is no number, time, duration or time zone.' },
    OUT_OF_RANGE: { description: 'A number is too large, or a list or a text too short.' },
    DIVISION_BY_ZERO: { description: 'A number is divided by zero.' },
    REFUSED: { description: 'An earlier release accepted the condition, and this one does not.' },
    OTHER: { description: 'Another reason.' },
  } as const satisfies Record<FailureReason, object>,
});

/** The policy is null for a draft. */
export const FailedCondition = builder
  .objectRef<FailedPolicy<PolicyRow | null>>('FailedCondition')
  .implement({
    description:
      'A condition that could not be evaluated. Its policy denies if it denies, and allows nothing. It has no values of the user or the file.',
    rule: inherited,
    fields: (t) => ({
      policy: t.field({
        type: FileAccessPolicy,
        nullable: true,
        description: 'The policy. Null for the draft of a preview.',
        resolve: ({ policy }) => policy,
      }),
      reason: t.field({
        type: ConditionFailureReason,
        description: 'The reason.',
        resolve: ({ failure }) => failure.reason,
      }),
      part: t.string({
        nullable: true,
        description:
          'The part of the condition that failed, at most 200 characters of it. Null if it is the whole.',
        resolve: ({ failure }) => failure.part,
      }),
      line: t.int({
        description: 'The line in the condition where the part begins, from 1.',
        resolve: ({ failure }) => failure.line,
      }),
      column: t.int({
        description: 'The column where the part begins, from 1.',
        resolve: ({ failure }) => failure.column,
      }),
      message: t.string({
        description: 'The reason and the part in a sentence.',
        resolve: ({ failure }) => failure.message,
      }),
    }),
  });
