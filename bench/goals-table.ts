import { type Goal, isMet, type Unit } from './findings.ts';
import { toTable } from './support/table.ts';

const DECIMALS: Readonly<Record<Unit, number>> = {
  '×': 2,
  ms: 1,
  s: 1,
  KiB: 1,
  MiB: 0,
  '%': 1,
  '/s': 0,
  '': 0,
};

/** Formats goals as a table: the measured value, the limit, and whether it is met. */
export function goalsTable(goals: readonly Goal[]): string {
  const lines = goals.map((goal) => {
    const { row, what, measured, unit, bound, limit } = goal;
    const label = `${String(row ?? '–').padStart(2)}  ${what}`;
    return [
      label,
      written(measured, unit),
      `${bound} ${written(limit, unit)}`,
      isMet(goal) ? 'met' : 'NOT MET',
    ] as const;
  });
  return toTable([['goal', 'measured', 'wanted', ''], ...lines]);
}

function written(value: number, unit: Unit): string {
  const digits = { minimumFractionDigits: DECIMALS[unit], maximumFractionDigits: DECIMALS[unit] };
  const number = value.toLocaleString('en-GB', digits);
  return unit && unit !== '×' ? `${number} ${unit}` : number;
}
