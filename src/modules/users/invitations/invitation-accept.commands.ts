import { z } from 'zod';
import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import { requirePassword } from '../../../configuration/layers/password-rules.ts';
import type { Context } from '../../../core/context.ts';
import { alreadyExists, invalidInput, invalidState, type UserErrors } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../../core/requests/input.ts';
import { checkedText, optional, text } from '../../../core/requests/input-fields.ts';
import { newPassword } from '../../../core/requests/input-text.ts';
import { linkedActor } from '../../../core/rows/actor.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import type { Invitation } from '../../../generated/prisma/client.ts';
import { hashOfLinkToken } from '../../sessions/link-token.terms.ts';
import { requirePlace } from '../user-place.ts';
import { invitationEnd, invitationEntity, userEntity } from '../users.changes.ts';
import { expired } from './invitation-state.ts';

const ACCEPT = sentences('INVALID_INPUT', {
  INVITATION_LINK_UNUSABLE:
    'This link cannot be used: it is wrong, was used, withdrawn or replaced by a later one. Ask for another invitation.',
  INVITATION_PASSWORD_NEEDED: 'Choose a password.',
});
const STATE = sentences('INVALID_STATE', {
  INVITING_TENANT_SUSPENDED: 'The tenant is suspended: ask the person who invited you.',
});
const TAKEN = sentences('ALREADY_EXISTS', {
  INVITED_ADDRESS_TAKEN:
    'This address has an account already: sign in with it, or ask for an invitation of another address.',
});

const TOKEN_PATH = ['input', 'token'];
const PASSWORD_PATH = ['input', 'password'];

export const invitationAcceptInput = createInput({
  token: checkedText('The token of the link: the part after its `#`', () => z.string()),
  name: text('The name of the person'),
  password: optional(
    checkedText(
      'The password. Needed where users sign in with passwords; ignored where they do not',
      newPassword,
      ['10 to 200 characters'],
    ),
  ),
});

/** The arguments of `acceptInvitation`. */
export interface AcceptArgs {
  readonly input: InputOf<typeof invitationAcceptInput>;
}

/** The address with which the person who accepted signs in. */
export interface Accepted {
  readonly email: string;
}

/**
 * Makes the invited person a user of the tenant. Throws UserErrors for a link that cannot be used, an invitation that has
 * ended, an address that has an account meanwhile, and a password that will not do, which leaves the link as it is.
 */
export async function acceptInvitation(ctx: Context, { input }: AcceptArgs): Promise<Written<Accepted>> {
  const { token, name, password } = parseInput(invitationAcceptInput, input);
  const hash = hashOfLinkToken(token);
  const found = hash && (await invitationOf(ctx.db, hash));
  if (!found) throw unusable();
  const passwordHash = password ? await ctx.authentication.passwords.hash(password, ctx.ip) : null;
  return ctx.transact(async (tx) => {
    // Rooms lock their rows in one order: the tenant and the customer come before the invitation.
    const { tenantId, customerId, role } = found;
    await requirePlace(tx, { tenantId, customerId, role, organizationId: null }, () => TOKEN_PATH);
    await tx.lock(invitationEntity, found.id);
    const invitation = await invitationOf(tx.db, hash);
    if (!invitation || !['PENDING', 'EXPIRED'].includes(invitation.status)) throw unusable();
    const now = await tx.now();
    if (invitation.status === 'EXPIRED' || invitation.expiresAt <= now) throw expired();
    const { signIn } = await obeyedSettingsOf(tx.db, tenantId);
    const hasPassword = signIn.providers.includes('PASSWORD');
    if (hasPassword && !password) throw invalidInput(ACCEPT.INVITATION_PASSWORD_NEEDED(), ...PASSWORD_PATH);
    if (hasPassword && password) requirePassword(signIn, password, PASSWORD_PATH);
    const userId = await createInvited(tx, invitation, name, hasPassword ? passwordHash : null);
    await tx.unschedule(invitationEnd, invitation);
    await tx.update(invitationEntity, invitation, { status: 'ACCEPTED', endedAt: now, userId });
    return { email: invitation.email };
  });
}

/** Creates the user, who is then the author of what the transaction writes. */
async function createInvited(
  tx: Transaction,
  { tenantId, customerId, role, email }: Invitation,
  name: string,
  passwordHash: string | null,
): Promise<string> {
  // The index has the last word; this look makes the refusal name what the person can do.
  const other = await tx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (other) throw alreadyExists(TAKEN.INVITED_ADDRESS_TAKEN(), ...TOKEN_PATH);
  const credential = passwordHash === null ? {} : { credential: { create: { passwordHash } } };
  const tenant = await tx.db.tenant.findUniqueOrThrow({ where: { id: tenantId }, select: { status: true } });
  if (tenant.status !== 'ACTIVE') throw invalidState(STATE.INVITING_TENANT_SUSPENDED(), ...TOKEN_PATH);
  const user = await tx.db.user.create({ data: { tenantId, customerId, role, email, name, ...credential } });
  tx.actAs(linkedActor(user));
  tx.created(userEntity, user);
  return user.id;
}

/**
 * The invitation of a link, or the latest open one of an address that was sent a link to set a password: a person who is
 * invited only has no password to set.
 */
async function invitationOf(
  db: Pick<Context['db'], 'invitationLink' | 'passwordReset' | 'invitation'>,
  hash: string,
) {
  const link = await db.invitationLink.findFirst({ where: { hash }, include: { invitation: true } });
  if (link) return link.invitation;
  const reset = await db.passwordReset.findFirst({ where: { hash, expiresAt: { gt: new Date() } } });
  if (!reset) return null;
  const where = { email: reset.email, status: 'PENDING' as const };
  return db.invitation.findFirst({ where, orderBy: { id: 'desc' } });
}

function unusable(): UserErrors {
  return invalidInput(ACCEPT.INVITATION_LINK_UNUSABLE(), ...TOKEN_PATH);
}
