import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { inTurn } from '../../support/platform-turns.ts';
import { endCounting, raisedAlert } from '../../support/raised-alert.ts';
import type { RoomSample } from '../../support/room-sample.ts';

const STATUS = 'query ($filter: TenantSyncFilter) { tenantSyncStatuses(filter: $filter) { nodes { id } } }';

const EVENTS = 'query ($id: ID!) { syncEvents(tenantId: $id, first: 1) { nodes { id } } }';

const RETRIED =
  '{ syncRuns(first: 1, filter: { cause: { equals: RETRY }, status: { equals: COMPLETED } }) { nodes { id } } }';

/** Waits until the latest run has reached every tenant, and gives its id. */
async function theCompletedRun(root: Person): Promise<string> {
  for (;;) {
    const { syncRuns } = await root.ask('{ syncRuns(first: 1) { nodes { id status } } }');
    const [run] = syncRuns.nodes;
    if (run?.status === 'COMPLETED') return run.id;
  }
}

/** Writes a version of a layer above tenants. */
async function write(root: Person, layer: object): Promise<string> {
  const set = [{ path: 'branding.name', value: crypto.randomUUID() }];
  await mutate(root, 'configUpdate', { input: { ...layer, set } });
  return theCompletedRun(root);
}

const TYPE_OF = 'query ($id: ID!) { tenant(id: $id) { businessType { id } } }';

/** Gives a tenant a business type if it has none: else the layer of the type reaches no tenant. */
async function requireType(root: Person, id: string, businessTypeId: string): Promise<void> {
  const { tenant } = await root.ask(TYPE_OF, { id });
  if (!tenant.businessType) await mutate(root, 'tenantUpdate', { id, input: { businessTypeId } });
}

type Ids = Readonly<Record<string, string>>;

/** A run of the platform that was tried again. The runs are those of the installation: they are made once. */
async function theRun(root: Person, ids: Ids): Promise<string> {
  const [known] = (await root.ask(RETRIED)).syncRuns.nodes;
  if (known) return known.id;
  const id = await write(root, { scope: 'PLATFORM' });
  await mutate(root, 'syncRunRetry', { id });
  await theCompletedRun(root);
  await write(root, { scope: 'BUSINESS_TYPE', businessTypeId: ids.BusinessType });
  return id;
}

/** An alert that is open; one before it is resolved. They are made once. */
async function theAlert(root: Person, ids: Ids): Promise<string> {
  const { syncAlerts } = await root.ask('{ syncAlerts { nodes { id } } }');
  if (syncAlerts.nodes.length > 1) return syncAlerts.nodes[0].id;
  const tenantId = String(ids.Tenant);
  const ended = syncAlerts.nodes.length === 0 && (await raisedAlert(root, tenantId, { scope: 'PLATFORM' }));
  if (ended) await endCounting(root, ended, 'RESOLVED');
  await requireType(root, tenantId, String(ids.BusinessType));
  const layer = { scope: 'BUSINESS_TYPE', businessTypeId: ids.BusinessType };
  const id = await raisedAlert(root, tenantId, layer);
  if (!id) return '';
  await endCounting(root, id, 'NEVER');
  await mutate(root, 'syncAlertAcknowledge', { id });
  return id;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'SyncRun',
      needs: ['Tenant', 'BusinessType'],
      isOnly: true,
      find: ({ ids }, root) => inTurn(() => theRun(root, ids)),
    },
    {
      type: 'SyncTarget',
      needs: ['Tenant', 'SyncRun'],
      async find({ ids }, root) {
        const { syncEvents } = await root.ask(EVENTS, { id: ids.Tenant });
        return syncEvents.nodes[0].id;
      },
    },
    {
      type: 'TenantSync',
      needs: ['Tenant'],
      async find({ ids }, root) {
        const filter = { tenantId: { equals: ids.Tenant } };
        const { tenantSyncStatuses } = await root.ask(STATUS, { filter });
        return tenantSyncStatuses.nodes[0].id;
      },
    },
    {
      type: 'SyncAlert',
      needs: ['Tenant', 'BusinessType', 'SyncRun'],
      isOnly: true,
      find: ({ ids }, root) => inTurn(() => theAlert(root, ids)),
    },
  ],
  fleeting: {
    'TenantSyncFilter.errorCode': 'the next version above has the tenant adopt again',
  },
  bounded: {
    'Query.syncErrorSummary': 'one for each reason',
    'SyncTriggerPayload.tenantIds': 'the first 1,000',
    'TenantSync.types': 'the types of settings',
    'TenantSyncOfType.conflictPaths': 'the paths of the catalogue',
    'TenantSyncOfType.pendingPaths': 'the paths of the catalogue',
    'TenantSyncStatus.types': 'the types of settings',
    'SyncRun.paths': 'the paths of the catalogue',
    'SyncedLayer.pendingPaths': 'the paths of the catalogue',
  },
  async story({ run, root, ids }) {
    const id = await inTurn(() => raisedAlert(root, String(ids.Tenant), { scope: 'PLATFORM' }));
    if (id) await run('syncAlertAcknowledge', { id });
    await run('syncRunRetry', { id: await write(root, { scope: 'PLATFORM' }) });
    await run('syncTrigger', { input: { scope: 'PLATFORM', tenantIds: [ids.Tenant] } });
    await theCompletedRun(root);
  },
  randomWrites: {},
};
