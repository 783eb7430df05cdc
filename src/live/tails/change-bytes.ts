import type { Change } from '../../core/rows/change.ts';
import { onceFor } from '../../lib/once-for.ts';

/** The approximate cost of a change without its texts. */
const OVERHEAD_BYTES = 1_024;

/** Estimates the memory of a change, at two bytes for each character of its texts and lists. */
export const bytesOfChange = onceFor(
  ({ image, before }: Change) => OVERHEAD_BYTES + 2 * (charactersOf(image) + charactersOf(before)),
);

/** Returns the first changes that take at most `maxBytes` together, or the first one alone if it is larger. */
export function firstWithin(maxBytes: number, changes: readonly Change[]): readonly Change[] {
  let bytes = 0;
  const end = changes.findIndex((change, index) => {
    bytes += bytesOfChange(change);
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? changes : changes.slice(0, end);
}

function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let characters = 0;
  for (const part of Object.values(value)) characters += charactersOf(part);
  return characters;
}
