import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { roomsOf } from '../../scripts/room-files.ts';
import type { RoomSample, RowSample } from './room-sample.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TESTS = fileURLToPath(new URL('../modules/', import.meta.url));

/** Every room of src. */
export const rooms: readonly string[] = roomsOf(ROOT);

// The folder is read instead of a list being kept: a room is complete with its own file, and one without a sample fails
// `npm run rooms` by name, which a line that was forgotten in a list would not.
const loaded = new Map<string, RoomSample>();
for (const room of rooms) {
  const file = `${TESTS}${room}/${room}.sample.ts`;
  if (existsSync(file)) loaded.set(room, (await import(file)).sample);
}

/** The samples of all rooms, by the names of the rooms. */
export const samples: ReadonlyMap<string, RoomSample> = loaded;

/** The rows of all samples, each after those that it needs. */
export const rowSamples: readonly RowSample[] = inOrder([...samples.values()].flatMap(({ rows }) => rows));

/** The types whose rows are addressed by ids. */
export const rowTypes: readonly string[] = [...new Set(rowSamples.map(({ type }) => type))];

/** Finds the sample of a type; throws if there is none. */
export function sampleOf(type: string): RowSample {
  const found = rowSamples.find((sample) => sample.type === type);
  if (!found) throw new Error(`No sample of test/modules makes a ${type}.`);
  return found;
}

/** The fewest rows of a type that a tenant has when its sample has been made so many times. */
export function leastRows(type: string, copies: number): number {
  return rowSamples.some((sample) => sample.type === type && sample.isOnly) ? 1 : copies;
}

function inOrder(rows: readonly RowSample[]): RowSample[] {
  const ordered: RowSample[] = [];
  let left = rows;
  while (left.length > 0) {
    const open = new Set(left.map(({ type }) => type));
    const next = left.filter(({ type, needs = [] }) => !needs.some((one) => one !== type && open.has(one)));
    if (next.length === 0) throw new Error(`Samples need one another in a circle: ${[...open].join(', ')}.`);
    ordered.push(...next);
    left = left.filter((row) => !next.includes(row));
  }
  return ordered;
}

/** The columns of filters in which no sample keeps a value. */
export const fleetingColumns: ReadonlySet<string> = new Set(
  [...samples.values()].flatMap(({ fleeting }) => Object.keys(fleeting ?? {})),
);
