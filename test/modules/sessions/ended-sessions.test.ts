import { expect, test } from '@jest/globals';
import { forgetEndedSessions } from '../../../src/modules/sessions/ended-sessions.ts';
import { anOpenDatabase } from '../../support/open-database.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

test('sessions that ran out, or ended a day ago, are deleted in batches with what renews them; others stay', async () => {
  const { prisma, drop } = await anOpenDatabase();
  try {
    const { id: userId } = await prisma.user.create({
      data: { name: 'Root', email: 'root@lockstep.test', role: 'PLATFORM_ADMIN' },
    });
    const renewal = { create: { renewedAt: NOW } };
    const add = (expiresAt: Date, revokedAt: Date | null = null) =>
      prisma.session.create({ data: { userId, expiresAt, revokedAt, renewal } });
    for (let n = 1; n <= 5; n += 1) await add(later(-n));
    await add(later(100), later(-25));
    const kept = [await add(later(1)), await add(later(100), later(-23))];

    await forgetEndedSessions(prisma, { now: () => NOW }, 2);

    const left = await prisma.session.findMany({ orderBy: { id: 'asc' } });
    expect(left.map(({ id }) => id)).toEqual(kept.map(({ id }) => id).toSorted());
    expect(await prisma.sessionRenewal.count()).toBe(2);
  } finally {
    await drop();
  }
});
