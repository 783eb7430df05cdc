import { ERASURE } from '../../core/rows/actor.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { PersonErasure } from '../../generated/prisma/client.ts';
import { forgetSomeBodies } from '../webhooks/webhooks.requests.ts';
import { personOf } from './erased-person.ts';
import type { NamedPerson } from './named-person.ts';
import { eraseSomeRecords, walkFeeds } from './person-log.ts';
import { erasePersonRow } from './person-row.ts';
import { eraseSomeRows, rowsAbout } from './person-tables.ts';
import { personErasing, personErasureEntity } from './persons.changes.ts';

/** The rows of a batch. Few, so that transactions are short and others do not wait long for the rows. */
const ROWS = 25;
/** The records, and the changes of each feed, that a batch looks at. */
const ENTRIES = 1_000;

/**
 * Does the next batch of an erasure and schedules the one after it, until a batch finds nothing more to erase. A killed
 * node loses one batch, which is done again. A request of the user that was under way cannot commit any more: the trigger
 * that numbers changes refuses it.
 */
export async function eraseNext(tx: Transaction, erasure: PersonErasure): Promise<void> {
  if (erasure.status === 'COMPLETED') return;
  tx.actAs(ERASURE);
  const person = personOf(erasure);
  const now = await tx.now();
  const isFirst = await erasePersonRow(tx, person, now);
  const rows = await eraseSomeRows(tx, person, { tenantId: erasure.tenantId, limit: ROWS });
  const bodies = await forgetSomeBodies(tx, erasure, ENTRIES);
  const records = await eraseSomeRecords(tx, erasure, person, ENTRIES);
  // The changes of this batch get their numbers at COMMIT: a later batch walks over them.
  const isEnd = await walkFeeds(tx, erasure, person, ENTRIES);
  if (isFirst || rows > 0 || bodies > 0 || records > 0 || !isEnd)
    return tx.schedule(personErasing, erasure, now);
  await complete(tx, erasure, person, now);
}

async function complete(
  tx: Transaction,
  erasure: PersonErasure,
  person: NamedPerson,
  completedAt: Date,
): Promise<void> {
  const { _sum } = await tx.db.personErasureWalk.aggregate({
    where: { erasureId: erasure.id },
    _sum: { erasedCount: true },
  });
  const consent = rowsAbout(rooms.personal.get('Consent') ?? {}, person) ?? { id: null };
  const payment = rowsAbout(rooms.personal.get('Payment') ?? {}, person) ?? { id: null };
  await tx.update(personErasureEntity, erasure, {
    status: 'COMPLETED',
    erasedEntryCount: _sum.erasedCount ?? 0,
    keptPaymentCount: await tx.db.payment.count({ where: payment }),
    keptConsentRecordCount: await tx.db.consentRecord.count({ where: { consent } }),
    completedAt,
  });
}
