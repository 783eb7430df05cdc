/** Says what is wrong with the text of a condition, and where. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';

  /** `at` is the place in the text, counted from 0. */
  constructor(condition: string, at: number, what: string) {
    const before = condition.slice(0, at).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    super(`Line ${before.length}, column ${column}: ${what}`);
  }
}
