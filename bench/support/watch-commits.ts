import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/** The same client, which calls back as soon as the COMMIT of a transaction has returned. */
export function watchCommits(prisma: PrismaClient, onCommit: () => void): PrismaClient {
  const transaction = async (...args: [never]): Promise<unknown> => {
    const value = await prisma.$transaction(...args);
    onCommit();
    return value;
  };
  return new Proxy(prisma, {
    get: (target, name) => (name === '$transaction' ? transaction : Reflect.get(target, name)),
  });
}
