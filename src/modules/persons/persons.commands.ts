import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { idOf, optional } from '../../core/requests/input-fields.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { PersonErasure, User } from '../../generated/prisma/client.ts';
import { customers } from '../customers/customers.access.ts';
import { requireAnotherAdministrator } from '../users/last-administrator.requests.ts';
import { assignableRoles, users } from '../users/users.access.ts';
import { namedPerson } from './named-person.ts';
import { feedsOf, personErasing, personErasureEntity } from './persons.changes.ts';

// Invariants of this room: a person is erased once, and never comes back; the lock of the person's row keeps two requests
// apart; an erasure is COMPLETED only when no table, no ledger and no feed has a column of the person that is not blank.

const BEYOND = sentences('FORBIDDEN_CHANGE', {
  PERSON_BEYOND_YOURS: 'You may not erase a user of the role {role}.',
  OWN_ERASURE: 'You may not erase yourself.',
});

export const personEraseInput = createInput({
  customerId: optional(idOf('Customer', 'The customer to erase'), 'either this or `userId`'),
  userId: optional(idOf('User', 'The user of a tenant to erase'), 'either this or `customerId`'),
});

type Person = Pick<PersonErasure, 'tenantId' | 'customerId' | 'userId'>;

/**
 * Has a person erased, from now on and for good; for a person whose erasure was asked for before, returns that erasure.
 * Throws UserErrors for no such person, for a user whom the viewer may not change, and for the last administrator.
 */
export async function erasePerson(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof personEraseInput>,
): Promise<Written<PersonErasure>> {
  const named = parseInput(personEraseInput, input);
  return ctx.transact(async (tx) => {
    const { user, ...person } = await personToErase(tx, ctx, named);
    const { tenantId, customerId, userId } = person;
    const earlier = await tx.db.personErasure.findFirst({ where: { customerId, userId } });
    if (earlier) return earlier;
    if (user) await requireAnotherAdministrator(tx, ctx, user, null, 'input', 'userId');
    const { organizationId } = await tx.db.tenant.findUniqueOrThrow({ where: { id: tenantId } });
    const former = await tx.db.projectionMember.findMany({ where: { member: tenantId } });
    const feeds = new Set([...feedsOf({ tenantId, organizationId }), ...former.map(({ feed }) => feed)]);
    const walks = { create: [...feeds].map((feed) => ({ feed })) };
    const erasure = await tx.db.personErasure.create({ data: { ...person, organizationId, walks } });
    await tx.schedule(personErasing, erasure, await tx.now());
    return tx.created(personErasureEntity, erasure);
  });
}

/** Locks the person that an input names. */
async function personToErase(
  tx: Transaction,
  ctx: ViewerContext,
  named: OutputOf<typeof personEraseInput>,
): Promise<Person & { readonly user: User | null }> {
  const { kind, id } = namedPerson(named);
  if (kind === 'customer') {
    const { tenantId } = await rowToCopyFrom(tx, ctx, customers, id, 'input', 'customerId');
    return { tenantId, customerId: id, userId: null, user: null };
  }
  const user = await rowToCopyFrom(tx, ctx, users, id, 'input', 'userId');
  const { role, tenantId } = user;
  const path = ['input', 'userId'];
  if (id === ctx.viewer.userId) throw forbiddenChange(BEYOND.OWN_ERASURE(), ...path);
  if (!tenantId || !assignableRoles(ctx.viewer).includes(role)) {
    throw forbiddenChange(BEYOND.PERSON_BEYOND_YOURS({ role }), ...path);
  }
  return { tenantId, customerId: null, userId: id, user };
}
