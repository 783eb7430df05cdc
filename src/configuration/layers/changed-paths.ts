import { isEqual } from '../algebra/json.ts';
import { resolve } from '../algebra/resolve.ts';
import type { KnownPath } from '../catalogue/catalogue.ts';
import { type LayersAt, stepsAtEach } from './document.ts';
import type { Reader } from './setting-ledger.ts';

/** Finds those of some paths whose values differ between two states of the layers. */
export async function changedPaths(
  db: Reader,
  before: LayersAt,
  after: LayersAt,
  paths: readonly KnownPath[],
): Promise<readonly string[]> {
  const [old, now] = await stepsAtEach(db, [before, after], paths);
  const valueIn = (steps: typeof old, entry: KnownPath) => resolve(entry, steps?.get(entry.path) ?? []).value;
  return paths.filter((entry) => !isEqual(valueIn(old, entry), valueIn(now, entry))).map(({ path }) => path);
}
