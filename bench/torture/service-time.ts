/** The most time that one answer counts for. The balancer asks ten times a second. */
const WORTH_MS = 150;

/**
 * The time in which nodes were seen to be ready. It does not pass while all nodes or the database are down, and passes
 * slowly on a busy machine, on which nodes answer seldom: what must be done within so much of it is late on any machine.
 */
export class ServiceTime {
  readonly #answers: { readonly at: number; readonly passed: number }[] = [];

  /** Notes that a node has answered that it is ready. */
  note(at = Date.now()): void {
    const last = this.#answers.at(-1) ?? { at, passed: 0 };
    this.#answers.push({ at, passed: last.passed + Math.min(WORTH_MS, at - last.at) });
  }

  /** Returns how much of it has passed until a time; until now if none is given. */
  until(time = Number.POSITIVE_INFINITY): number {
    return this.#answers.findLast(({ at }) => at <= time)?.passed ?? 0;
  }
}
