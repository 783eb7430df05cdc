import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { OutOfTime } from '../../../src/core/requests/deadline.ts';
import type { FileAccessPolicy } from '../../../src/generated/prisma/client.ts';
import type { Facts } from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';
import { type Asking, decide, policiesAbout } from '../../../src/modules/file-access-policies/decision.ts';
import { previewPolicies } from '../../../src/modules/file-access-policies/policy-preview.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const OVER = new OutOfTime(1, 'NOT_STARTED');

/** A caller whose time is over after so many turns. */
function asking(tenantId: string, turns = Number.POSITIVE_INFINITY) {
  const taken = { turns: 0 };
  const deadline = {
    get refusal() {
      taken.turns += 1;
      return taken.turns > turns ? OVER : null;
    },
  };
  return { taken, who: { tenantId, deadline } satisfies Asking };
}

/** So many policies that allow nothing. */
function policies(count: number): FileAccessPolicy[] {
  const policy = { filePattern: '**', condition: 'user.role == ""', effect: 'ALLOW', isEnabled: true };
  return Array.from({ length: count }, () => policy as FileAccessPolicy);
}

/** The facts for conditions; calls `onLook` whenever a condition reads one. */
function watched(onLook: () => void): Facts {
  return {
    get user() {
      onLook();
      return { role: 'CSR' };
    },
  } as unknown as Facts;
}

describe('a decision whose time is over stops', () => {
  test('before the next condition', async () => {
    let looks = 0;
    const { who, taken } = asking('a', 7);
    await expect(
      decide(
        policies(500),
        watched(() => (looks += 1)),
        who,
      ),
    ).rejects.toBe(OVER);
    expect([looks, taken.turns]).toEqual([7, 8]);
  });

  test('before the next pattern', async () => {
    const { who, taken } = asking('a', 7);
    await expect(policiesAbout(policies(500), '/x', who)).rejects.toBe(OVER);
    expect(taken.turns).toBe(8);
  });
});

describe('where every condition takes long', () => {
  // Only the clock is held: the event loop turns as it does. A measurement that an earlier test began by another clock is
  // over after a turn.
  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    await new Promise(setImmediate);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a tenant waits for one condition of each other tenant before each of its own, however many requests those have', async () => {
    let looksOfCrowd = 0;
    const costly = (onLook: () => void) =>
      watched(() => {
        jest.advanceTimersByTime(20);
        onLook();
      });
    const crowd = Array.from({ length: 30 }, () =>
      decide(
        policies(50),
        costly(() => (looksOfCrowd += 1)),
        asking('crowd').who,
      ),
    );
    let looks = 0;
    const alone = decide(
      policies(10),
      costly(() => (looks += 1)),
      asking('alone').who,
    );
    await alone;
    expect(looks).toBe(10);
    expect(looksOfCrowd).toBeLessThanOrEqual(12);
    await Promise.all(crowd);
    expect(looksOfCrowd).toBe(1_500);
  });

  test('the event loop turns after each of them', async () => {
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await decide(
      policies(40),
      watched(() => jest.advanceTimersByTime(20)),
      asking('a').who,
    );
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(39);
  });
});

describe('a preview', () => {
  let database: OpenDatabase;
  let tenantId: string;

  beforeAll(async () => {
    database = await anOpenDatabase();
    const { prisma } = database;
    const { id: organizationId } = await prisma.organization.create({ data: { name: 'O', slug: 'o' } });
    ({ id: tenantId } = await prisma.tenant.create({ data: { name: 'T', slug: 't', organizationId } }));
    await prisma.user.createMany({
      data: Array.from({ length: 600 }, (_, index) => ({
        tenantId,
        name: `${index}`,
        email: `${index}@t.test`,
        role: 'CSR' as const,
      })),
    });
  });

  afterAll(() => database.drop());

  const tried = {
    filePattern: '**',
    condition: 'true',
    conditionCost: 1,
    effect: 'ALLOW',
    isEnabled: true,
  } as const;
  const preview = (who: Asking) =>
    previewPolicies(database.prisma, who, {
      change: () => [tried],
      users: { tenantId },
      paths: ['/x'],
      now: new Date(),
    });

  test('whose time is over stops before the next user', async () => {
    const { who, taken } = asking(tenantId, 100);
    await expect(preview(who)).rejects.toBe(OVER);
    expect(taken.turns).toBe(101);
  });

  test('whose time is over reads no more users', async () => {
    const find = jest.spyOn(database.prisma.user, 'findMany');
    const { who } = asking(tenantId, 1);
    await expect(preview(who)).rejects.toBe(OVER);
    expect(find).not.toHaveBeenCalled();
    find.mockRestore();
  });

  test('takes a turn for each user, pattern and condition, and a second one of the tenant begins after it', async () => {
    const [first, second] = [asking(tenantId), asking(tenantId)];
    const running = [preview(first.who), preview(second.who)];
    const { changes } = (await running[0]) as Awaited<(typeof running)[0]>;
    expect(second.taken.turns).toBeLessThanOrEqual(1);
    expect(changes).toHaveLength(600);
    // One turn for the beginning, one for the pattern, and for each user one and one for the condition.
    expect(first.taken.turns).toBe(2 + 2 * 600);
    await running[1];
    expect(second.taken.turns).toBe(first.taken.turns);
  });
});
