import type { Transaction } from '../core/transact.ts';
import type { Prisma, User } from '../generated/prisma/client.ts';
import { userEntity } from '../modules/users/users.changes.ts';

/** Creates users who can all sign in with the one password of this hash; leaves out whoever is there. Answers who is new. */
export async function createPeople(
  tx: Transaction,
  people: Prisma.UserCreateManyInput[],
  passwordHash: string,
): Promise<User[]> {
  const users = await tx.db.user.createManyAndReturn({ data: people, skipDuplicates: true });
  await tx.db.credential.createMany({ data: users.map(({ id }) => ({ userId: id, passwordHash })) });
  for (const user of users) tx.created(userEntity, user);
  return users;
}
