import { isDeepStrictEqual } from 'node:util';
import { limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { RowStep, Tally } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Incident, Service } from '../../generated/prisma/client.ts';
import { countServices, NO_SERVICES } from './roll-up.ts';
import { systemStatusEntity } from './system-status.changes.ts';

// The roll-ups of an owner are counted again, rather than counted on, whenever a service or an incident of it changes. The
// row of all its services is locked first, until the transaction ends: so the transactions of an owner count one after
// the other, each what those before it have committed, and no two of them wait for each other's rows.

/** The most groups of an owner: the answer of `systemStatus` lists them all. */
const MAX_GROUPS = 100;

const GROUPS = sentences('LIMIT_REACHED', {
  TOO_MANY_GROUPS: 'An owner has at most {max} groups of services.',
});

/** Counts the services of an owner in the transaction that changes one. */
export const rollUpServices: Tally<Service> = {
  entity: 'Service',
  tally: (tx, steps) => rollUpOwners(tx, steps, ({ group, status }) => [group, status]),
};

/** Counts the open incidents of an owner in the transaction that changes one. */
export const rollUpIncidents: Tally<Incident> = {
  entity: 'Incident',
  tally: (tx, steps) => rollUpOwners(tx, steps, ({ status, version }) => [status, version]),
};

/** Rolls up the owners of rows of which something that counts has changed. */
async function rollUpOwners<Row extends EntityRow & OwnedRow>(
  tx: Transaction,
  steps: readonly RowStep<Row>[],
  counting: (row: Row) => readonly unknown[],
): Promise<void> {
  const counts = (row: Row | null) => row && [row.organizationId, row.tenantId, ...counting(row)];
  const owners = new Map<string, OwnedRow>();
  for (const { before, after } of steps) {
    if (isDeepStrictEqual(counts(before), counts(after))) continue;
    // A tenant that moves to another organization remains one owner.
    for (const row of [before, after]) {
      if (row) owners.set(row.tenantId ?? row.organizationId, row);
    }
  }
  for (const [, { organizationId, tenantId }] of [...owners].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    await rollUp(tx, { organizationId, tenantId });
  }
}

async function rollUp(tx: Transaction, owner: OwnedRow): Promise<void> {
  await lockAll(tx, owner);
  const rollUps = await countServices(tx.db, owner);
  if (rollUps.size > MAX_GROUPS + 1) {
    throw limitReached(GROUPS.TOO_MANY_GROUPS({ max: MAX_GROUPS }), 'input', 'group');
  }
  const stored = await tx.db.systemStatus.findMany({ where: owner, orderBy: { id: 'asc' } });
  for (const row of stored) {
    const counted = rollUps.get(row.group);
    await tx.update(systemStatusEntity, row, counted ?? NO_SERVICES);
    // The update before it is the event by which clients learn that the group is empty.
    if (!counted) await remove(tx, row.id);
  }
  const known = new Set(stored.map(({ group }) => group));
  for (const [group, counted] of rollUps) {
    if (known.has(group)) continue;
    const row = await tx.db.systemStatus.create({ data: { ...owner, group, ...counted } });
    tx.created(systemStatusEntity, row);
  }
}

async function remove(tx: Transaction, id: string): Promise<void> {
  const row = await tx.db.systemStatus.findUniqueOrThrow({ where: { id } });
  await tx.delete(systemStatusEntity, row);
}

/** Locks the row of all services of an owner, which it creates if there is none. */
async function lockAll(tx: Transaction, owner: OwnedRow): Promise<void> {
  const of = { ...owner, group: null };
  const { count: opened } = await tx.db.systemStatus.createMany({ data: of, skipDuplicates: true });
  const all = await tx.db.systemStatus.findFirst({ where: of });
  if (all) await tx.lock(systemStatusEntity, all.id);
  if (all && opened > 0) tx.created(systemStatusEntity, all);
  // Another transaction deleted the last service of the owner meanwhile, and the row with it.
  else if ((await tx.db.systemStatus.count({ where: of })) === 0) await lockAll(tx, owner);
}
