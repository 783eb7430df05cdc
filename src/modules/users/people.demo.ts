import type { Transaction } from '../../core/rows/transact.ts';
import type { Prisma, Role } from '../../generated/prisma/client.ts';
import { userEntity } from './users.changes.ts';

/** The password of every demo account. */
export const DEMO_PASSWORD = 'lockstep-demo';

/** Every demo address ends like this, and no other address does. */
export const DEMO_DOMAIN = 'demo.lockstep.dev';

/** An account that the greeting of the demo lists. */
export interface DemoAccount {
  readonly mailbox: string;
  readonly role: Role;
  readonly department?: string;
}

/** The address of an account; without the slug of a tenant or organization, one of the platform. */
export function addressOf({ mailbox }: DemoAccount, slug?: string): string {
  return [`${mailbox}@${slug ?? ''}`, DEMO_DOMAIN].join(slug ? '.' : '');
}

/** Creates users who can all sign in with the one password of this hash, and leaves out those that are there. */
export async function createPeople(
  tx: Transaction,
  people: Prisma.UserCreateManyInput[],
  passwordHash: string,
): Promise<void> {
  const users = await tx.db.user.createManyAndReturn({ data: people, skipDuplicates: true });
  await tx.db.credential.createMany({ data: users.map(({ id }) => ({ userId: id, passwordHash })) });
  for (const user of users) tx.created(userEntity, user);
}
