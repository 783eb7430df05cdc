// The numbers of what samples make only once, or another one each time. A copy of a world holds what was made in it, so
// a file that starts with a copy continues the numbers of the file that made it.

const numbers = new Map<string, number>();

/** The next number of a series, beginning with 1. */
export function freshNumber(series: string): number {
  const number = (numbers.get(series) ?? 0) + 1;
  numbers.set(series, number);
  return number;
}

/** The last number of each series. */
export function lastNumbers(): Record<string, number> {
  return Object.fromEntries(numbers);
}

/** Continues each series after a number that it has reached elsewhere. */
export function continueNumbers(reached: Readonly<Record<string, number>>): void {
  for (const [series, number] of Object.entries(reached))
    numbers.set(series, Math.max(number, numbers.get(series) ?? 0));
}
