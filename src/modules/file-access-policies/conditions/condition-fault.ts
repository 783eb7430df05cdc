/** A fault in the text of a condition, with its line and column. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';

  /** `at` is the offset in the text. */
  constructor(condition: string, at: number, what: string) {
    const before = condition.slice(0, at).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    super(`Line ${before.length}, column ${column}: ${what}`);
  }
}
