import { ERASURE } from '../../core/rows/actor.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { TenantErasure } from '../../generated/prisma/client.ts';
import { resumeWorkOf } from '../due-work/due-work.requests.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { RowDeletion } from './deleted-rows.ts';
import { walkFeeds } from './erased-entries.ts';
import { tenantErasing, tenantErasureEntity } from './tenant-erasures.changes.ts';

/** The rows of a batch. Few, so that transactions are short. */
const ROWS = 100;
/** The changes of each feed that a batch looks at. */
const ENTRIES = 1_000;
/** The pause while a storage removes the files of the tenant, which can take long. */
const FILES_MS = 1_000;

/**
 * Begins an erasure whose time of grace is over, or does its next batch, and schedules the one after it. Each step is done
 * once all before it find nothing more: the rows without which the tenant cannot be deleted, the tenant, its rows elsewhere,
 * the work that follows from all of this, the files in the storage, and the walk through the log. A killed node loses one
 * batch, which is done again.
 */
export async function eraseNext(tx: Transaction, erasure: TenantErasure): Promise<void> {
  if (erasure.status === 'SCHEDULED') await begin(tx, erasure);
  if (erasure.status !== 'RUNNING') return;
  tx.actAs(ERASURE);
  const rows = await RowDeletion.begin(tx, erasure, ROWS);
  const now = await tx.now();
  const hasRows =
    (await rows.deleteHolding()) ||
    (await deleteTenant(tx, erasure)) ||
    (await rows.deleteOthers()) ||
    (await isWorkLeft(tx, erasure));
  if (!hasRows && (await areFilesLeft(tx, erasure)))
    return tx.schedule(tenantErasing, erasure, new Date(now.getTime() + FILES_MS));
  if (!hasRows && (await walkFeeds(tx, erasure, ENTRIES))) return complete(tx, erasure);
  await tx.schedule(tenantErasing, erasure, now);
}

/** From this change on nothing can be withdrawn: the database refuses every other write in the feed of the tenant. */
async function begin(tx: Transaction, erasure: TenantErasure): Promise<void> {
  const { id, tenantId } = erasure;
  const beganAt = await tx.now();
  const former = await tx.db.projectionMember.findMany({ where: { member: tenantId } });
  const feeds = new Set([...tenantErasureEntity.feeds(erasure), ...former.map(({ feed }) => feed)]);
  await tx.db.tenantErasureWalk.createMany({ data: [...feeds].map((feed) => ({ erasureId: id, feed })) });
  const running = await tx.update(tenantErasureEntity, erasure, { status: 'RUNNING', beganAt });
  await tx.schedule(tenantErasing, running, beganAt);
}

/** Deletes the tenant itself, with what other rooms derive from it; returns whether it was there. */
async function deleteTenant(tx: Transaction, { tenantId }: TenantErasure): Promise<boolean> {
  await tx.lockToDelete(tenantEntity, tenantId);
  const tenant = await tx.db.tenant.findUnique({ where: { id: tenantId } });
  if (!tenant) return false;
  await tx.delete(tenantEntity, tenant);
  // Work that has rested finds its rows gone, and takes along rows about them elsewhere, e.g. notifications.
  await resumeWorkOf(tx, tenantId);
  return true;
}

async function isWorkLeft({ db }: Transaction, { tenantId: feed }: TenantErasure): Promise<boolean> {
  return (await db.notificationCause.findFirst({ where: { feed }, select: { id: true } })) !== null;
}

async function areFilesLeft({ db }: Transaction, { tenantId }: TenantErasure): Promise<boolean> {
  return (await db.storedFile.findFirst({ where: { tenantId }, select: { id: true } })) !== null;
}

async function complete(tx: Transaction, erasure: TenantErasure): Promise<void> {
  const where = { erasureId: erasure.id };
  const counts = await tx.db.tenantErasureCount.findMany({ where });
  const of = (name: string) => counts.find(({ model }) => model === name)?.count ?? 0;
  const { _sum } = await tx.db.tenantErasureWalk.aggregate({ where, _sum: { erasedCount: true } });
  await tx.update(tenantErasureEntity, erasure, {
    status: 'COMPLETED',
    completedAt: await tx.now(),
    deletedUserCount: of('User'),
    deletedCustomerCount: of('Customer'),
    deletedPaymentCount: of('Payment'),
    deletedRowCount: counts.reduce((sum, { count }) => sum + count, 0),
    keptPaymentCount: await tx.db.keptPayment.count({ where }),
    erasedEntryCount: _sum.erasedCount ?? 0,
  });
  await tx.db.tenantErasurePerson.deleteMany({ where });
  // The size of its attachments, of which none is left.
  await tx.db.attachmentUsage.deleteMany({ where: { id: erasure.tenantId } });
  // Work that is scheduled for later would find its rows gone.
  await tx.db.dueWork.deleteMany({ where: { feed: erasure.tenantId } });
}
