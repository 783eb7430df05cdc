/** What a part of the bench has found out. */
export interface Findings {
  /** Lines of the goals table. */
  readonly goals: readonly Goal[];
  /** In detail, for reading. */
  readonly tables: readonly string[];
  /** In full, for the file of results. */
  readonly figures: unknown;
}

/** How a measured value is written. */
export type Unit = '×' | 'ms' | 's' | 'KiB' | 'MiB' | '%' | '/s' | '';

/** A value that was measured and what it should be. */
export interface Goal {
  /** The row of the goals table; null for a goal beside it. */
  readonly row: number | null;
  readonly what: string;
  readonly measured: number;
  readonly unit: Unit;
  readonly bound: '≤' | '≥';
  readonly limit: number;
}

/** A goal that is met by small values. */
export function atMost(limit: number, unit: Unit, goal: Pick<Goal, 'row' | 'what' | 'measured'>): Goal {
  return { ...goal, unit, bound: '≤', limit };
}

/** A goal that is met by large values. */
export function atLeast(limit: number, unit: Unit, goal: Pick<Goal, 'row' | 'what' | 'measured'>): Goal {
  return { ...goal, unit, bound: '≥', limit };
}

/** Says whether a goal is met; what could not be measured meets none. */
export function isMet({ measured, bound, limit }: Goal): boolean {
  return bound === '≤' ? measured <= limit : measured >= limit;
}
