import type { Change } from '../../core/rows/change.ts';
import { onceFor } from '../../lib/once-for.ts';

/** The approximate cost of a row without its texts. */
const OVERHEAD_BYTES = 1_024;

/** Estimates the memory of a change. */
export const bytesOfChange = onceFor(({ image, before }: Change) => bytesOfRow(image) + bytesOfTexts(before));

/** Estimates the memory of a row. */
export function bytesOfRow(row: unknown): number {
  return OVERHEAD_BYTES + bytesOfTexts(row);
}

/** Returns the first changes that take at most `maxBytes` together, or the first one alone if it is larger. */
export function firstWithin(maxBytes: number, changes: readonly Change[]): readonly Change[] {
  let bytes = 0;
  const end = changes.findIndex((change, index) => {
    bytes += bytesOfChange(change);
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? changes : changes.slice(0, end);
}

/** Two bytes for each character of texts and lists. */
function bytesOfTexts(value: unknown): number {
  return 2 * charactersOf(value);
}

function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let characters = 0;
  for (const part of Object.values(value)) characters += charactersOf(part);
  return characters;
}
