import { placeOf } from './part-of-condition.ts';

/** A fault in the text of a condition, with its line and column. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
  readonly line: number;
  readonly column: number;
  readonly explanation: string;

  /** `at` is the offset in the text. */
  constructor(condition: string, at: number, explanation: string) {
    const { line, column } = placeOf(condition, at);
    super(`Line ${line}, column ${column}: ${explanation}`);
    this.line = line;
    this.column = column;
    this.explanation = explanation;
  }
}
