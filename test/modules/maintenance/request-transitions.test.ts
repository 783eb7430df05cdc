import { expect, test } from '@jest/globals';
import { someHomes } from '../../support/homes.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import type { Variables } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const STATUSES = ['OPEN', 'ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'CLOSED'] as const;
type Status = (typeof STATUSES)[number];

const { installation, acme, support } = await aStage({ acme: { support: 'SUPPORT' } });
const homes = await someHomes(installation, acme, 'Alder');
const resident = homes.units[0].resident;

/** A request of the first home, brought to a status by the steps that users take. */
async function aRequest(status: Status = 'OPEN'): Promise<string> {
  const input = { unitId: homes.units[0].id, title: 'Drip' };
  const selection = 'maintenanceRequestId';
  const { maintenanceRequestId: id } = await mutate(
    resident,
    'maintenanceRequestCreate',
    { input },
    selection,
  );
  const wanted = STATUSES.indexOf(status);
  if (wanted > 0) await mutate(support, 'maintenanceRequestAssign', { id, assigneeId: homes.owner.userId });
  for (const next of STATUSES.slice(2, wanted + 1)) {
    await mutate(support, 'maintenanceRequestStatusSet', { id, status: next });
  }
  return id;
}

async function statusOf(id: string): Promise<string> {
  const { maintenanceRequest } = await installation.root.ask(
    'query ($id: ID!) { maintenanceRequest(id: $id) { status } }',
    { id },
  );
  return maintenanceRequest?.status ?? 'gone';
}

type Take = (id: string) => readonly [mutation: string, args: Variables];

const STEPS: Readonly<Record<string, Take>> = {
  assign: (id) => ['maintenanceRequestAssign', { id, assigneeId: support.userId }],
  unassign: (id) => ['maintenanceRequestAssign', { id, assigneeId: null }],
  reopen: (id) => ['maintenanceRequestReopen', { id }],
  delete: (id) => ['maintenanceRequestDelete', { id }],
  ...Object.fromEntries(
    STATUSES.map((status): [string, Take] => [
      status,
      (id) => ['maintenanceRequestStatusSet', { id, status }],
    ]),
  ),
};

/** The status after each step, by the status before it; a step that is not here is refused. */
const POSSIBLE: Readonly<Record<Status, Readonly<Record<string, Status | 'gone'>>>> = {
  OPEN: { assign: 'ASSIGNED', unassign: 'OPEN', delete: 'gone' },
  ASSIGNED: { assign: 'ASSIGNED', unassign: 'OPEN', IN_PROGRESS: 'IN_PROGRESS' },
  IN_PROGRESS: { assign: 'IN_PROGRESS', RESOLVED: 'RESOLVED' },
  RESOLVED: { CLOSED: 'CLOSED', reopen: 'ASSIGNED' },
  CLOSED: { reopen: 'ASSIGNED' },
};

test.each(STATUSES)(
  'a step that %s does not allow is refused with those that it allows, and nothing happens',
  async (status) => {
    for (const [name, take] of Object.entries(STEPS)) {
      if (POSSIBLE[status][name]) continue;
      const id = await aRequest(status);
      const allowed = name === 'delete' ? 'it can be deleted while it is OPEN.' : 'its next step can be ';
      expect([name, await refusals(support, ...take(id))]).toEqual([
        name,
        [
          expect.objectContaining({
            code: 'INVALID_STATE',
            message: expect.stringContaining(`The request is ${status}: ${allowed}`),
          }),
        ],
      ]);
      expect(await statusOf(id)).toBe(status);
    }
  },
);

test.each(STATUSES)('a step that %s allows leads to the status that the table names', async (status) => {
  for (const [name, next] of Object.entries(POSSIBLE[status])) {
    const id = await aRequest(status);
    const refused = await codes(support, ...(STEPS[name] as Take)(id));
    expect([name, refused, await statusOf(id)]).toEqual([name, [], next]);
  }
});

test('a resident closes and reopens a RESOLVED request, changes an OPEN one, and takes no other step', async () => {
  const allowed = ['RESOLVED CLOSED', 'RESOLVED reopen', 'OPEN update'];
  const update: Take = (id) => ['maintenanceRequestUpdate', { id, input: { title: 'Drops' } }];
  for (const status of STATUSES) {
    for (const [name, take] of Object.entries({ ...STEPS, update })) {
      const id = await aRequest(status);
      const isDone = (await codes(resident, ...take(id))).length === 0;
      expect([status, name, isDone]).toEqual([status, name, allowed.includes(`${status} ${name}`)]);
      if (!isDone) expect(await statusOf(id)).toBe(status);
    }
  }
});

test('a resolution comes with RESOLVED; a reopened request has neither a resolution nor a time of closing', async () => {
  const id = await aRequest('IN_PROGRESS');
  const set = (status: string, resolution?: string) =>
    codes(support, 'maintenanceRequestStatusSet', { id, status, resolution });
  const read = () =>
    resident.ask('query ($id: ID!) { maintenanceRequest(id: $id) { resolution reopenReason closedAt } }', {
      id,
    });
  expect(await set('CLOSED', 'Done')).toEqual(['INVALID_INPUT']);
  expect([await set('RESOLVED', 'New washer'), await set('CLOSED')]).toEqual([[], []]);
  expect(await read()).toEqual({
    maintenanceRequest: { resolution: 'New washer', reopenReason: null, closedAt: expect.any(String) },
  });
  expect(
    await codes(support, 'maintenanceRequestReopen', { id, input: { reason: 'It drips again' } }),
  ).toEqual([]);
  expect(await read()).toEqual({
    maintenanceRequest: { resolution: null, reopenReason: 'It drips again', closedAt: null },
  });
});

test('a step without an assignee is refused: only an explicit null takes the request from its assignee', async () => {
  const id = await aRequest('ASSIGNED');
  expect(await refusals(support, 'maintenanceRequestAssign', { id })).toEqual([
    {
      code: 'INVALID_INPUT',
      message: 'The assignee is required; null unassigns the request.',
      path: ['assigneeId'],
    },
  ]);
  const { maintenanceRequest } = await support.ask(
    'query ($id: ID!) { maintenanceRequest(id: $id) { status version } }',
    { id },
  );
  expect(maintenanceRequest).toEqual({ status: 'ASSIGNED', version: 2 });
  expect(await codes(support, 'maintenanceRequestAssign', { id, assigneeId: null })).toEqual([]);
});

test('a step against a version that has passed is a conflict, and the payload holds the request as it is', async () => {
  const id = await aRequest('ASSIGNED');
  const { data } = await support.run(
    'mutation ($id: ID!) { maintenanceRequestAssign(id: $id, assigneeId: null, expectedVersion: 1) { maintenanceRequest { status version } userErrors { code } } }',
    { id },
  );
  expect(data.maintenanceRequestAssign).toEqual({
    maintenanceRequest: { status: 'ASSIGNED', version: 2 },
    userErrors: [{ code: 'VERSION_CONFLICT' }],
  });
});
