// A tenant adopts its new business type in a reaction, which does not know who has chosen it. The command that knows says so
// here, because what the adoption adds to templates must be what its author may give.

import type { Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';

const authors = new WeakMap<Transaction, Viewer>();

/** Notes who chooses the business type of a tenant in a transaction. */
export function noteAuthorOfType(tx: Transaction, viewer: Viewer): void {
  authors.set(tx, viewer);
}

/** The viewer who chooses the business type of a tenant in a transaction; undefined where no command has said. */
export function authorOfType(tx: Transaction): Viewer | undefined {
  return authors.get(tx);
}
