import { freshNumber } from './fresh-numbers.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import type { Call, Place, RowSample } from './room-sample.ts';
import { rowSamples } from './samples.ts';

/** Makes a place whose texts carry canaries; those of one customer carry `ofCustomer` too. */
export function placeOf(ids: Record<string, string>, canary: string, ofCustomer?: string): Place {
  const fresh = (text: string) => `${text}-${freshNumber('text').toString(36)}`;
  return {
    ids,
    canary,
    text: () => fresh(canary),
    customerText: () => fresh(ofCustomer ? `${canary}-${ofCustomer}` : canary),
  };
}

/** Names the field of a payload that holds the id of a row. */
export function idField(type: string): string {
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`;
}

/** Runs a mutation that creates a row, and gives its id. */
async function createRow(root: Person, type: string, [mutation, args]: Call): Promise<string> {
  return (await mutate(root, mutation, args, idField(type)))[idField(type)];
}

/** Runs a mutation of a sample. */
export type RunCall = (type: string, call: Call) => Promise<string>;

/**
 * Makes the rows of all samples, or of those of `only`, and writes the first one of each type into `ids`. Gives the ids
 * of all of them.
 */
export async function makeRows(
  root: Person,
  ids: Record<string, string>,
  place: Place,
  run: RunCall = (type, call) => createRow(root, type, call),
  only: readonly RowSample[] = rowSamples,
): Promise<string[]> {
  const made: string[] = [];
  for (const { type, create, find } of only) {
    const id = create ? await run(type, create(place)) : await find?.(place, root);
    if (!id) continue;
    ids[type] ??= id;
    if (create) made.push(id);
  }
  return made;
}

/** Changes the row of every type, or of those of `only`, and makes and deletes one more. */
export async function stirRows(
  root: Person,
  place: Place,
  run: RunCall = (type, call) => createRow(root, type, call),
  only: readonly RowSample[] = rowSamples,
): Promise<void> {
  const first = new Map<string, RowSample>();
  for (const sample of only) if (!first.has(sample.type)) first.set(sample.type, sample);
  for (const { type, create, change, remove } of first.values()) {
    if (change) await run(type, withId(change(place), place.ids[type]));
    if (create && remove) await run(type, [remove, { id: await run(type, create(place)) }]);
  }
}

/** Adds the id of a row to a mutation that changes it. */
export function withId([mutation, args]: Call, id: string | undefined): Call {
  return [mutation, { id, ...args }];
}
