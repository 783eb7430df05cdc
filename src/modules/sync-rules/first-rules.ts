import { systemActor } from '../../core/rows/actor.ts';
import type { Transact } from '../../core/rows/transact.ts';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { lockRules } from './lock-rules.ts';
import { syncRuleEntity } from './sync-rules.changes.ts';

const FIRST_RULES: readonly Prisma.SyncRuleCreateInput[] = [
  {
    name: 'Sign-in',
    triggers: ['auth.**'],
    targetScopes: ['TENANT', 'USER'],
    direction: 'DOWN',
    strategy: 'PLATFORM_WINS',
    priority: 100,
  },
  {
    name: 'Permission templates',
    triggers: ['permissions.templates.*'],
    targetScopes: ['TENANT'],
    direction: 'DOWN',
    strategy: 'MERGE',
    priority: 200,
  },
  {
    name: 'Notifications',
    triggers: ['notifications.**'],
    targetScopes: ['TENANT', 'USER'],
    direction: 'DOWN',
    strategy: 'TENANT_WINS',
    priority: 300,
  },
];

/** The dependencies of the first rules. */
interface FirstRulesParts {
  readonly prisma: PrismaClient;
  readonly transactions: { of(origin: object): Transact };
}

/**
 * Creates the first rules where there is none: the last one cannot be deleted, so that is once. Of several nodes that start
 * together, one creates them and the others find them.
 */
export async function createFirstRules({ prisma, transactions }: FirstRulesParts): Promise<void> {
  if ((await prisma.syncRule.count()) > 0) return;
  const origin = { actor: systemActor('start'), requestId: null, ip: null };
  await transactions.of(origin)(async (tx) => {
    await lockRules(tx.db);
    if ((await tx.db.syncRule.count()) > 0) return;
    for (const data of FIRST_RULES) tx.created(syncRuleEntity, await tx.db.syncRule.create({ data }));
  });
}
