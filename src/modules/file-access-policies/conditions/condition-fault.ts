import { placeOf } from './part-of-condition.ts';

/** A fault in the text of a condition, with its line and column. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
  readonly line: number;
  readonly column: number;

  /** `at` is the offset in the text. */
  constructor(condition: string, at: number, what: string) {
    const { line, column } = placeOf(condition, at);
    super(`Line ${line}, column ${column}: ${what}`);
    this.line = line;
    this.column = column;
  }
}
