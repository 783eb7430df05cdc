import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation } from '../../support/installation.ts';
import { codesOf, Requests } from '../../support/requests.ts';
import { type TwoHomes, twoHomes } from '../../support/two-homes.ts';

let installation: Installation;
let homes: TwoHomes;
let support: Requests;
let resident: Requests;

beforeAll(async () => {
  installation = await Installation.start();
  homes = await twoHomes(installation);
  support = new Requests(homes.support);
  resident = new Requests(homes.first.resident);
});

afterAll(() => installation.stop());

const STATUSES = ['OPEN', 'ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'CLOSED'] as const;
type Status = (typeof STATUSES)[number];

/** A request of the first home, brought to a status as it is brought there in life. */
async function aRequest(status: Status = 'OPEN'): Promise<string> {
  const { maintenanceRequestId: id } = await resident.create({ unitId: homes.first.unitId, title: 'Drip' });
  const wanted = STATUSES.indexOf(status);
  if (wanted >= 1) await support.assign(id, homes.manager.userId);
  for (const next of STATUSES.slice(2, wanted + 1)) await support.set(id, next);
  return id;
}

const STEPS: Record<string, (who: Requests, id: string) => Promise<never>> = {
  assign: (who, id) => who.assign(id, homes.support.userId) as Promise<never>,
  unassign: (who, id) => who.assign(id, null) as Promise<never>,
  reopen: (who, id) => who.reopen(id) as Promise<never>,
  delete: (who, id) => who.delete(id) as Promise<never>,
  ...Object.fromEntries(
    STATUSES.map((status) => [status, (who: Requests, id: string) => who.set(id, status) as Promise<never>]),
  ),
};

/** What each step makes of a request, by its status; what is not here is refused. */
const POSSIBLE: Record<Status, Record<string, Status | 'gone'>> = {
  OPEN: { assign: 'ASSIGNED', unassign: 'OPEN', delete: 'gone' },
  ASSIGNED: { assign: 'ASSIGNED', unassign: 'OPEN', IN_PROGRESS: 'IN_PROGRESS' },
  IN_PROGRESS: { assign: 'IN_PROGRESS', RESOLVED: 'RESOLVED' },
  RESOLVED: { CLOSED: 'CLOSED', reopen: 'ASSIGNED' },
  CLOSED: { reopen: 'ASSIGNED' },
};

test.each(STATUSES)(
  'a step that %s does not allow is refused with the status, and nothing happens',
  async (status) => {
    for (const [name, take] of Object.entries(STEPS)) {
      if (POSSIBLE[status][name]) continue;
      const id = await aRequest(status);
      const answer = (await take(support, id)) as { userErrors: { code: string; message: string }[] };
      expect([name, answer.userErrors]).toEqual([
        name,
        [
          expect.objectContaining({
            code: 'INVALID_STATE',
            message: expect.stringContaining(`is ${status}: it can `),
          }),
        ],
      ]);
      expect(await statusOf(id)).toBe(status);
    }
  },
);

async function statusOf(id: string): Promise<string | undefined> {
  const { maintenanceRequest } = await installation.root.ask(
    'query ($id: ID!) { maintenanceRequest(id: $id) { status } }',
    { id },
  );
  return maintenanceRequest?.status;
}

test.each(STATUSES)('the steps that %s allows lead where the table says', async (status) => {
  for (const [name, next] of Object.entries(POSSIBLE[status])) {
    const id = await aRequest(status);
    const answer = (await STEPS[name]?.(support, id)) as { userErrors: unknown[] };
    expect([name, answer.userErrors, (await statusOf(id)) ?? 'gone']).toEqual([name, [], next]);
  }
});

test('a resident closes and reopens what is RESOLVED, changes what is OPEN, and takes no other step', async () => {
  const allowed = ['RESOLVED CLOSED', 'RESOLVED reopen', 'OPEN update'];
  const steps = { ...STEPS, update: (who: Requests, id: string) => who.update(id, { title: 'Drops' }) };
  for (const status of STATUSES) {
    for (const [name, take] of Object.entries(steps)) {
      const id = await aRequest(status);
      const codes = codesOf(await take(resident, id));
      expect([status, name, codes.length === 0]).toEqual([
        status,
        name,
        allowed.includes(`${status} ${name}`),
      ]);
      if (codes.length > 0) expect(await statusOf(id)).toBe(status);
    }
  }
});

test('a resolution comes with RESOLVED, and what is reopened has neither resolution nor a time of closing', async () => {
  const id = await aRequest('IN_PROGRESS');
  expect(codesOf(await support.set(id, 'CLOSED', 'Done'))).toEqual(['INVALID_INPUT']);
  expect(codesOf(await support.set(id, 'RESOLVED', 'New washer'))).toEqual([]);
  const read = () =>
    homes.first.resident.ask(
      'query ($id: ID!) { maintenanceRequest(id: $id) { resolution reopenReason closedAt } }',
      { id },
    );
  expect(codesOf(await support.set(id, 'CLOSED'))).toEqual([]);
  expect(await read()).toEqual({
    maintenanceRequest: { resolution: 'New washer', reopenReason: null, closedAt: expect.any(String) },
  });
  expect(codesOf(await support.reopen(id, 'It drips again'))).toEqual([]);
  expect(await read()).toEqual({
    maintenanceRequest: { resolution: null, reopenReason: 'It drips again', closedAt: null },
  });
});

test('a step against a version that has passed is a conflict, and the payload holds the request as it is', async () => {
  const id = await aRequest('ASSIGNED');
  const answer = await support.assign(id, null, 1);
  expect(codesOf(answer)).toEqual(['VERSION_CONFLICT']);
  expect(answer.maintenanceRequest).toMatchObject({ version: 2, status: 'ASSIGNED' });
});
