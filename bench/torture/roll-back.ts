import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/**
 * When a writer calls its transaction off:
 *
 *     RECORDED   after it has changed its rows and said so
 *     INSERTED   after the log rows were inserted, too
 *     NUMBERED   after they were given their places in the feed, too: the last moment before COMMIT
 */
export type Moment = 'RECORDED' | 'INSERTED' | 'NUMBERED';

/** Thrown to roll a transaction back. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff';
}

type Work = Parameters<PrismaClient['$transaction']>[0] & ((db: never) => Promise<unknown>);
type Db = { $executeRawUnsafe(sql: string): Promise<number> };

/** A Prisma client whose transactions may be called off behind the back of whoever runs them. */
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
