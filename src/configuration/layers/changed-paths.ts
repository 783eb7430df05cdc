import { isEqual } from '../algebra/json.ts';
import type { KnownPath } from '../catalogue/catalogue.ts';
import { documentAt, type LayersAt } from './document.ts';
import type { Reader } from './setting-ledger.ts';

/** Finds those of some paths whose values differ between two states of the layers. */
export async function changedPaths(
  db: Reader,
  before: LayersAt,
  after: LayersAt,
  paths: readonly KnownPath[],
): Promise<readonly string[]> {
  const [old, now] = [await documentAt(db, before, paths), await documentAt(db, after, paths)];
  return paths.map(({ path }) => path).filter((path) => !isEqual(old.get(path)?.value, now.get(path)?.value));
}
