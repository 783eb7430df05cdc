import { useState } from 'react';

/** The rows of a table while their places are held. */
export interface HeldRows<R> {
  /** A place whose row has left has the id alone. */
  readonly places: readonly { readonly id: string; readonly row: R | null }[];
  /** How many rows have entered or moved, and are not shown so yet. */
  readonly waiting: number;
  readonly apply: () => void;
}

/**
 * Keeps every row in its place while the user points at the table or is in it: nothing jumps from under a click. The values in
 * the rows change all the same, and a row that leaves does so: its place stays empty.
 */
export function useHeldRows<R extends { readonly id: string }>(
  rows: readonly R[],
  isHeld: boolean,
  /** Names the list: another one has other places. */
  of: string,
): HeldRows<R> {
  const [held, setHeld] = useState<{ of: string; ids: readonly string[] } | null>(null);
  const apply = () => setHeld({ of, ids: rows.map(({ id }) => id) });
  const isFresh = held !== null && held.of === of;
  if (isHeld && !isFresh && rows.length > 0) apply();
  if (!isHeld && held) setHeld(null);
  if (!isHeld || !isFresh) return { places: rows.map((row) => ({ id: row.id, row })), waiting: 0, apply };
  const present = new Map(rows.map((row) => [row.id, row]));
  const places = held.ids.map((id) => ({ id, row: present.get(id) ?? null }));
  const known = new Set(held.ids);
  const old = rows.filter(({ id }) => known.has(id));
  const kept = places.filter(({ row }) => row !== null);
  const moved = kept.filter(({ id }, place) => old[place]?.id !== id).length;
  return { places, waiting: rows.length - old.length + moved, apply };
}
