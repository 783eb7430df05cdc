import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/**
 * The moment at which a writer rolls its transaction back:
 *
 *     RECORDED   after it has changed its rows and recorded the changes
 *     INSERTED   after the log rows were inserted, too
 *     NUMBERED   after they got their positions in the feed, too: the last moment before COMMIT
 */
export type Moment = 'RECORDED' | 'INSERTED' | 'NUMBERED';

/** Thrown to roll a transaction back. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff';
}

type Work = Parameters<PrismaClient['$transaction']>[0] & ((db: never) => Promise<unknown>);
type Db = { $executeRawUnsafe(sql: string): Promise<number> };

/** A Prisma client whose transactions may be rolled back without the knowledge of their callers. */
export function fickle(prisma: PrismaClient, moment: () => Moment | null): PrismaClient {
  const transaction = (work: Work): Promise<unknown> =>
    prisma.$transaction(async (db) => {
      const value = await work(db as never);
      if (moment() === 'NUMBERED') await (db as Db).$executeRawUnsafe('SET CONSTRAINTS ALL IMMEDIATE');
      if (moment()) throw new CalledOff();
      return value;
    });
  return new Proxy(prisma, {
    get: (target, name) => (name === '$transaction' ? transaction : Reflect.get(target, name)),
  });
}
