import { type ErrorLocation, EvaluationError } from '@marcbachmann/cel-js';
import { onceFor } from '../../../lib/once-for.ts';
import { ConditionFault } from './condition-fault.ts';
import { placeOf, textOfPart } from './part-of-condition.ts';

/** The kinds of failures of an evaluation, with the end of a sentence about the part that failed. */
const SENTENCES = {
  MISSING_VALUE: 'has no value',
  WRONG_TYPE: 'does not take values of these types',
  UNREADABLE_TEXT: 'cannot be read from this text',
  OUT_OF_RANGE: 'is out of range',
  DIVISION_BY_ZERO: 'divides by zero',
  REFUSED: 'is not accepted any more',
  OTHER: 'failed',
} as const;

/** Why a condition could not be evaluated. */
export type FailureReason = keyof typeof SENTENCES;

/** A failed evaluation: what failed in the text of the condition, and no value of the user or the file. */
export interface ConditionFailure {
  readonly reason: FailureReason;
  /** The part that failed, as text; null if it is the whole. */
  readonly part: string | null;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** By the code of an error of the library. Its messages are not shown, because some have values in them. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  no_such_key: 'MISSING_VALUE',
  no_such_overload: 'WRONG_TYPE',
  no_matching_overload: 'WRONG_TYPE',
  invalid_logical_operand: 'WRONG_TYPE',
  invalid_condition_type: 'WRONG_TYPE',
  invalid_comprehension_range: 'WRONG_TYPE',
  invalid_comparison_type: 'WRONG_TYPE',
  invalid_index_type: 'WRONG_TYPE',
  cannot_index_type: 'WRONG_TYPE',
  bool_conversion_error: 'UNREADABLE_TEXT',
  int_conversion_error: 'UNREADABLE_TEXT',
  double_conversion_error: 'UNREADABLE_TEXT',
  invalid_timestamp: 'UNREADABLE_TEXT',
  invalid_duration: 'UNREADABLE_TEXT',
  no_such_time_zone: 'UNREADABLE_TEXT',
  index_out_of_range: 'OUT_OF_RANGE',
  index_out_of_bounds: 'OUT_OF_RANGE',
  numeric_overflow: 'OUT_OF_RANGE',
  division_by_zero: 'DIVISION_BY_ZERO',
  modulo_by_zero: 'DIVISION_BY_ZERO',
};

/** Explains an error that reading or evaluating a condition has thrown. */
export function failureOf(condition: string, error: unknown): ConditionFailure {
  if (error instanceof ConditionFault) {
    const { line, column, message } = error;
    return { reason: 'REFUSED', part: null, line, column, message };
  }
  const known = error instanceof EvaluationError ? error : null;
  const reason = REASONS[known?.code ?? ''] ?? 'OTHER';
  if (!known?.node) return failureAt(condition, reason, null);
  const ofNode = failuresOfNode(known.node);
  const failure = ofNode.get(reason) ?? failureAt(condition, reason, known.node);
  ofNode.set(reason, failure);
  return failure;
}

/** A node has few failures and fails in many decisions, which share them. */
const failuresOfNode = onceFor((_node: ErrorLocation) => new Map<FailureReason, ConditionFailure>());

function failureAt(condition: string, reason: FailureReason, node: ErrorLocation | null): ConditionFailure {
  const part = node && textOfPart(node);
  const message = `${part ?? 'The condition'} ${SENTENCES[reason]}.`;
  return { reason, part, ...placeOf(condition, node?.start ?? 0), message };
}
