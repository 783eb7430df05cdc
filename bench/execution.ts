import { type ExecutionArgs, parse } from 'graphql';
import type { Viewer } from '../src/core/rights/viewer.ts';
import { compileOperation } from '../src/live/execution/compile-operation.ts';
import { Executor } from '../src/live/execution/executor.ts';
import { schema } from '../src/schema.ts';
import { CUSTOMER_UPDATED } from './fan-out/operations.ts';
import type { Findings } from './findings.ts';
import type { Options } from './options.ts';
import { medianOf } from './support/figures.ts';
import { toTable } from './support/table.ts';

const EXECUTIONS = 20_000;
const COMPILATIONS = 20;
const ID = '01a1f85d-0000-7000-8000-000000000001';

const VIEWER: Viewer = {
  userId: ID,
  name: 'Ada',
  role: 'TENANT_ADMIN',
  permissions: new Set(['customers:read', 'contacts:read', 'notes:read']),
  ownPermissions: new Set(),
  templates: {},
  rightsVersion: 1,
  tenantId: ID,
  organizationId: null,
  customerId: null,
  reach: [ID],
  sharing: [ID],
  modulesOff: {},
  homeFeed: ID,
  apiToken: null,
};

const NOW = new Date(0);
const ROW = {
  id: ID,
  tenantId: ID,
  company: 'Alder Homes',
  contactName: 'Ada',
  email: 'ada@alder.test',
  phone: '+49 30 5550 1873',
  status: 'ACTIVE',
  kind: 'COMPANY',
  internalNotes: 'pays late',
  memberCount: 3,
  propertyCount: 12,
  version: 7,
  createdAt: NOW,
  updatedAt: NOW,
};
const ITEM = {
  __typename: 'CustomerUpdated',
  shownAs: 'Customer',
  cursor: 'a cursor',
  row: ROW,
  change: {
    eventId: ID,
    before: { contactName: 'Bob' },
    image: ROW,
    occurredAt: NOW,
    actor: { kind: 'USER', id: ID, name: 'Ada', isOfPlatform: false },
  },
};

/** Measures the time to execute the bench's event, interpreted and compiled, and to compile it. No server runs. */
export async function measureExecution({ rounds }: Options): Promise<Findings> {
  const args = { schema, document: parse(CUSTOMER_UPDATED), variableValues: { tenantId: ID } };
  const ways = { interpreted: new Executor(Number.POSITIVE_INFINITY), compiled: new Executor(1) };
  const taken: Record<keyof typeof ways, number[]> = { interpreted: [], compiled: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of ['interpreted', 'compiled'] as const) {
      const microseconds = await timeOf(ways[way], args);
      if (round > 0) taken[way].push(microseconds);
    }
  }
  const figures = {
    interpretedUs: medianOf(taken.interpreted),
    compiledUs: medianOf(taken.compiled),
    compilationMs: timeOfCompiling(args),
  };
  const table = toTable([
    ['18 fields of an event', 'µs'],
    ['interpreted', figures.interpretedUs.toFixed(1)],
    ['compiled', figures.compiledUs.toFixed(1)],
    ['to compile it', (figures.compilationMs * 1_000).toFixed(0)],
  ]);
  return { goals: [], tables: [table], figures };
}

async function timeOf(executor: Executor, args: ExecutionArgs): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < EXECUTIONS; done += 1) {
    const { errors } = await executor.execute(args, ITEM, { viewer: VIEWER });
    if (errors) throw errors[0];
  }
  return ((performance.now() - begun) * 1_000) / EXECUTIONS;
}

function timeOfCompiling(args: ExecutionArgs): number {
  const begun = performance.now();
  for (let done = 0; done < COMPILATIONS; done += 1) compileOperation(args);
  return (performance.now() - begun) / COMPILATIONS;
}
