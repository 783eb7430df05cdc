/** The findings of a part of the bench. */
export interface Findings {
  /** Lines of the goals table. */
  readonly goals: readonly Goal[];
  /** The tables with the details. */
  readonly tables: readonly string[];
  /** All figures, for the file of results. */
  readonly figures: unknown;
}

/** The unit of a measured value. */
export type Unit = '×' | 'ms' | 's' | 'KiB' | 'MiB' | '%' | '/s' | '';

/** A measured value and its limit. */
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

/** Returns whether a goal is met; a value that could not be measured meets none. */
export function isMet({ measured, bound, limit }: Goal): boolean {
  return bound === '≤' ? measured <= limit : measured >= limit;
}
