import type { ViewerContext } from '../../core/context.ts';
import { invalidState, limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import type { ReceiptKey } from '../../generated/prisma/client.ts';
import { lockReceiptKeys } from './lock-receipt-keys.ts';
import { makeKey } from './receipt-key.ts';

// Invariants of this room: keys are added and never changed or removed, which the rights of the serving role hold, so
// every receipt can be verified for ever; before a key signs it is published for longer than caches keep the key set; at
// most one key waits for its turn; receipts are not kept.

/** Twice the time for which caches keep the published keys (`keys-route.ts`). */
const PUBLISHED_BEFORE_MS = 600_000;
/** The published keys stay a small document; one a month lasts for forty years. */
const MAX_KEYS = 500;

const KEYS = {
  ...sentences('INVALID_STATE', { NEXT_KEY_WAITS: 'There is a next key already: it signs from {time} on.' }),
  ...sentences('LIMIT_REACHED', { TOO_MANY_KEYS: 'There are {max} keys: no more can be published.' }),
};

/**
 * Adds the key that signs receipts from ten minutes later on, when every verifier can know it. Throws UserErrors while
 * another one waits, and beyond the limit.
 */
export async function rotateReceiptKey(ctx: ViewerContext): Promise<Written<ReceiptKey>> {
  const { ciphers, viewer, log } = ctx;
  const written = await ctx.transact(async (tx) => {
    await lockReceiptKeys(tx.db);
    const now = await tx.now();
    await requireTurn(tx, now);
    const signsFrom = new Date(now.getTime() + PUBLISHED_BEFORE_MS);
    return tx.db.receiptKey.create({
      data: { ...(await makeKey(ciphers.receiptKeys)), signsFrom, createdAt: now },
    });
  });
  log.info({ userId: viewer.userId, keyId: written.value.id }, 'another key signs receipts soon');
  return written;
}

async function requireTurn({ db: { receiptKey } }: Transaction, now: Date): Promise<void> {
  const next = await receiptKey.findFirst({ where: { signsFrom: { gt: now } } });
  if (next) throw invalidState(KEYS.NEXT_KEY_WAITS({ time: next.signsFrom.toISOString() }));
  if ((await receiptKey.count()) >= MAX_KEYS) throw limitReached(KEYS.TOO_MANY_KEYS({ max: MAX_KEYS }));
}
