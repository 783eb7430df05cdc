import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { Context } from '../../../src/core/context.ts';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { audienceOf } from '../../../src/core/rights/audience.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import type { Change } from '../../../src/core/rows/change.ts';
import { Executor } from '../../../src/live/execution/executor.ts';
import { operationKey } from '../../../src/live/execution/operation-key.ts';
import { rootField } from '../../../src/live/execution/root-field.ts';
import { GroupRegistry } from '../../../src/live/groups/group-registry.ts';
import { PayloadCache } from '../../../src/live/groups/payload-cache.ts';
import { errorPresenter } from '../../../src/operations/present-errors.ts';
import { schema } from '../../../src/schema.ts';
import { MemoryFeed } from '../../support/memory-feed.ts';
import { silentLog } from '../../support/silent-log.ts';
import { aViewer } from '../../support/unit-group.ts';

const TENANT = 'aaaaaaaa-0000-7000-8000-00000000000a';
const OTHER = 'bbbbbbbb-0000-7000-8000-00000000000b';

/** One subscription: its viewer and its operation. */
interface Asked {
  readonly viewer: Viewer;
  readonly text: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly isPersonal?: boolean;
}

/** The parts of the key; a part is removed from the key by making it equal for all. */
type Blank = (asked: Asked) => Asked;

const metrics = createMetrics();
const present = errorPresenter(silentLog, metrics, 10_000);

/** Delivers a change to subscriptions that share by their keys, as the engine does, and returns what each receives. */
async function deliver(change: Change, subscriptions: readonly Asked[], blank: Blank): Promise<string[]> {
  const groups = new GroupRegistry();
  const { tail } = new MemoryFeed();
  const sent: string[] = [];
  for (const asked of subscriptions) {
    const { execution, field } = understood(asked);
    const audience = audienceOf(asked.viewer, asked.isPersonal ?? false);
    const { group } = groups.enter(keyOf(blank(asked)), () => ({
      tail,
      audience,
      execution,
      view: field.spec.view(audience.viewer, field.args, schema),
      contextFor: ({ viewer }) => ({ viewer, db }) as unknown as Context,
      present,
      cursors: { at: (seq) => `cursor-${seq}` },
      positionIntervalMs: null,
      executor: new Executor(1),
      cache: new PayloadCache().ofGroup(),
      metrics,
    }));
    sent.push((await group.payloadOf(change))?.bytes.toString() ?? 'nothing');
  }
  return sent;
}

function keyOf(asked: Asked): string {
  const { execution, field } = understood(asked);
  const operation = operationKey(execution.document, asked.operationName ?? null, field);
  return [operation, audienceOf(asked.viewer, asked.isPersonal ?? false).key].join('\n');
}

function understood({ text, operationName, variables = {} }: Asked) {
  const execution = {
    schema,
    document: parse(text),
    variableValues: variables,
    ...(operationName && { operationName }),
  };
  const field = rootField(execution);
  if (field.kind !== 'follow') throw new Error(JSON.stringify(field));
  return { execution, field };
}

// The only plan belongs to TENANT. A viewer of another tenant may not see it.
const db = { plan: { findMany: async () => [{ id: 'plan', tenantId: TENANT, name: 'Growth' }] } };

const ROW = {
  id: 'row',
  tenantId: TENANT,
  company: 'Alder',
  internalNotes: 'late payer',
  planId: 'plan',
  version: 2,
};
const CUSTOMER = {
  entity: 'Customer',
  entityId: 'row',
  image: ROW,
  before: { company: 'Older', version: 1 },
};
const USER = {
  entity: 'User',
  entityId: 'user-1',
  image: {
    id: 'user-1',
    version: 2,
    name: 'Ada',
    tenantId: null,
    organizationId: TENANT,
    role: 'ORGANIZATION_ADMIN',
  },
  before: { name: 'Eve', version: 1 },
};

const STAFF: Partial<Viewer> = { role: 'TENANT_ADMIN', tenantId: TENANT, reach: [TENANT], homeFeed: TENANT };
const CAN_READ = new Set(['customers:read', 'account:read', 'users:read'] as const);
const CUSTOMERS = 'subscription { customerUpdated { changedFields customer { company internalNotes } } }';
const ACTORS = 'subscription { customerUpdated { actor { id name } } }';
const ACCOUNTS = 'subscription { accountUpdated { account { company plan { name } } } }';
const USERS = 'subscription { userUpdated { user { name email } } }';

function asking(text: string, parts: Partial<Viewer>): Asked {
  return { text, viewer: aViewer({ ...STAFF, permissions: CAN_READ, ...parts }) };
}

interface Part {
  readonly part: string;
  readonly change: Parameters<MemoryFeed['write']>[0];
  /** Two subscriptions that differ in this part only. */
  readonly subscriptions: readonly [Asked, Asked];
  readonly blank: Blank;
}

function ofViewer(
  part: keyof Viewer,
  change: Part['change'],
  text: string,
  values: readonly [Partial<Viewer>, Partial<Viewer>],
  isPersonal = false,
): Part {
  const [one, other] = values.map((value) => ({ ...asking(text, value), isPersonal })) as [Asked, Asked];
  const blank: Blank = (asked) => ({ ...asked, viewer: { ...asked.viewer, [part]: one.viewer[part] } });
  return { part, change, subscriptions: [one, other], blank };
}

const REACHING = { customerId: null, permissions: new Set(['users:read'] as const), reach: [] };
const TWO = 'subscription A { customerUpdated { cursor } } subscription B { customerUpdated { eventId } }';
const WITH_VARIABLE =
  'subscription ($wide: Boolean!, $after: Cursor) { customerUpdated(after: $after) { cursor customer @include(if: $wide) { company } } }';

const PARTS: readonly Part[] = [
  ofViewer('role', USER as never, USERS, [
    { customerId: 'row', reach: 'EVERY_TENANT', role: 'TENANT_ADMIN' },
    { customerId: 'row', reach: 'EVERY_TENANT', role: 'OWNER' },
  ]),
  ofViewer('permissions', CUSTOMER as never, CUSTOMERS, [
    { permissions: new Set(['customers:read', 'notes:read']) },
    { permissions: new Set(['customers:read']) },
  ]),
  ofViewer('tenantId', CUSTOMER as never, ACCOUNTS, [
    { customerId: 'row', tenantId: TENANT },
    { customerId: 'row', tenantId: OTHER },
  ]),
  ofViewer('organizationId', USER as never, USERS, [
    { ...REACHING, organizationId: TENANT },
    { ...REACHING, organizationId: OTHER },
  ]),
  ofViewer('customerId', CUSTOMER as never, ACCOUNTS, [{ customerId: 'row' }, { customerId: 'another' }]),
  ofViewer('reach', CUSTOMER as never, CUSTOMERS, [{ reach: [TENANT] }, { reach: [OTHER] }]),
  ofViewer(
    'userId',
    USER as never,
    USERS,
    [
      { permissions: new Set(), userId: 'user-1' },
      { permissions: new Set(), userId: 'user-2' },
    ],
    true,
  ),
  {
    part: 'document',
    change: CUSTOMER as never,
    subscriptions: [asking(CUSTOMERS, {}), asking(ACTORS, {})],
    blank: (asked) => ({ ...asked, text: CUSTOMERS }),
  },
  {
    part: 'the text of the document',
    change: CUSTOMER as never,
    subscriptions: [asking(CUSTOMERS, {}), asking(CUSTOMERS.replaceAll(' ', '\n '), {})],
    blank: (asked) => ({ ...asked, text: CUSTOMERS }),
  },
  {
    part: 'operation name',
    change: CUSTOMER as never,
    subscriptions: [
      { ...asking(TWO, {}), operationName: 'A' },
      { ...asking(TWO, {}), operationName: 'B' },
    ],
    blank: (asked) => ({ ...asked, operationName: 'A' }),
  },
  {
    part: 'variables',
    change: CUSTOMER as never,
    subscriptions: [
      { ...asking(WITH_VARIABLE, {}), variables: { wide: true } },
      { ...asking(WITH_VARIABLE, {}), variables: { wide: false } },
    ],
    blank: (asked) => ({ ...asked, variables: { wide: true } }),
  },
];

describe('each part of the key separates operations that must not share', () => {
  test.each(PARTS)('$part', async ({ change: parts, subscriptions, blank }) => {
    const change = new MemoryFeed().write(parts);
    const alone = await Promise.all(
      subscriptions.map(async (one) => (await deliver(change, [one], (asked) => asked))[0]),
    );
    expect(alone[0]).not.toBe(alone[1]);
    expect(await deliver(change, subscriptions, (asked) => asked)).toEqual(alone);
    // Without the part, the second subscription receives the payload of the first.
    expect(await deliver(change, subscriptions, blank)).toEqual([alone[0], alone[0]]);
  });
});
