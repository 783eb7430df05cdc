import type { ViewerContext } from '../../../core/context.ts';
import type { CreateArgs, RowArgs } from '../../../core/requests/command-args.ts';
import { alreadyExists, invalidInput, limitReached } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { createInput, parseInput } from '../../../core/requests/input.ts';
import { choice, email, idOf, optional, time } from '../../../core/requests/input-fields.ts';
import { tenantIdField, tenantToWriteIn } from '../../../core/rights/scope.ts';
import { isPlatformRole } from '../../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import { rowToChange } from '../../../db/row-to-change.ts';
import type { Invitation, Role } from '../../../generated/prisma/client.ts';
import { requireGrantableRole, requireRole } from '../grantable-role.requests.ts';
import { requireFittingPlace, requirePlace } from '../user-place.ts';
import { invitationEnd, invitationEntity } from '../users.changes.ts';
import { sendLink } from './invitation-mail.ts';
import { DEFAULT_DAYS, endOf, requirePending } from './invitation-state.ts';
import { invitations } from './invitations.access.ts';

const INPUT = sentences('INVALID_INPUT', {
  NO_ROLE_OF_TENANT: '{role} is no role of a tenant: create such a user with `userCreate`.',
});
const TAKEN = sentences('ALREADY_EXISTS', {
  MEMBER_ALREADY: 'A user of this tenant has this address already.',
});
const LIMIT = sentences('LIMIT_REACHED', {
  TOO_MANY_INVITATIONS: 'A tenant has at most {max} open invitations: withdraw one first.',
});

// Invariants of this room: a tenant has one open invitation of an address at most; an invitation is PENDING until it is
// accepted, withdrawn or expired, and only one of these ever happens; it has one link, good once, which ends with it and
// with a later link; its person chooses the password, which no other user knows; the answer to the user who invites never
// tells whether the address has an account in another tenant.

const MAX_OPEN = 1_000;

export const invitationCreateInput = createInput({
  tenantId: tenantIdField,
  email: email('The e-mail address to which it is sent, and with which the person will sign in'),
  role: choice('Role', 'The role, one of a tenant that the viewer may give'),
  customerId: optional(
    idOf('Customer', 'The customer, one of the same tenant, for OWNER, MANAGER and RESIDENT'),
  ),
  expiresAt: optional(time('When it ends, within 30 days from now'), `in ${DEFAULT_DAYS} days by default`),
});

/**
 * Invites a person. Throws UserErrors for a bad input, a role that the viewer may not give, and an address of a user or of
 * an open invitation of the tenant.
 */
export async function createInvitation(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof invitationCreateInput>,
): Promise<Written<Invitation>> {
  const { tenantId: named, expiresAt: wanted, ...data } = parseInput(invitationCreateInput, input);
  const { role, email: address, customerId = null } = data;
  requireRoleOfTenant(role);
  requireFittingPlace({ role, customerId }, inInput);
  requireRole(ctx.viewer, role, ...inInput('role'));
  const tenantId = tenantToWriteIn(ctx.viewer, named);
  return ctx.transact(async (tx) => {
    await requirePlace(tx, { role, tenantId, organizationId: null, customerId }, inInput);
    await requireGrantableRole(tx, ctx.viewer, { role, tenantId }, ...inInput('role'));
    const now = await tx.now();
    const expiresAt = endOf(wanted, now, inInput('expiresAt'));
    await requireNoMember(tx, tenantId, address);
    await endExpired(tx, tenantId, address, now);
    const open = await tx.db.invitation.count({ where: { tenantId, status: 'PENDING' } });
    if (open >= MAX_OPEN) throw limitReached(LIMIT.TOO_MANY_INVITATIONS({ max: MAX_OPEN }));
    const invitation = await tx.db.invitation.create({
      data: { ...data, tenantId, expiresAt, sentAt: now },
    });
    tx.created(invitationEntity, invitation);
    await tx.schedule(invitationEnd, invitation, expiresAt);
    await sendLink(tx, invitation, ctx.ciphers.mailSecrets);
    return invitation;
  });
}

/** The arguments of `resendInvitation`. */
export interface ResendArgs extends RowArgs {
  readonly expiresAt?: Date | null | undefined;
}

/**
 * Sends an open invitation again with a new link, which ends the one before. Throws UserErrors for no such invitation, one
 * that is not open, a role that the viewer may not give, or an old version.
 */
export async function resendInvitation(
  ctx: ViewerContext,
  { expiresAt: wanted, ...args }: ResendArgs,
): Promise<Written<Invitation>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, invitations, args);
    await requireGrantableRole(tx, ctx.viewer, before, 'id');
    const now = await tx.now();
    requirePending(before, now);
    const expiresAt = endOf(wanted, now, ['expiresAt']);
    const after = await tx.update(invitationEntity, before, { expiresAt, sentAt: now });
    await tx.schedule(invitationEnd, after, expiresAt);
    await sendLink(tx, after, ctx.ciphers.mailSecrets);
    return after;
  });
}

/**
 * Withdraws an open invitation. Throws UserErrors for no such invitation, one that is not open, a role that the viewer may
 * not give, or an old version.
 */
export async function withdrawInvitation(ctx: ViewerContext, args: RowArgs): Promise<Written<Invitation>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, invitations, args);
    requireRole(ctx.viewer, before.role, 'id');
    const now = await tx.now();
    requirePending(before, now);
    await tx.unschedule(invitationEnd, before);
    return tx.update(invitationEntity, before, { status: 'WITHDRAWN', endedAt: now });
  });
}

/** Records that the end of an invitation has come. One that was accepted or withdrawn before it stays as it is. */
export async function expireInvitation(tx: Transaction, invitation: Invitation): Promise<void> {
  const now = await tx.now();
  if (invitation.status !== 'PENDING' || invitation.expiresAt > now) return;
  await tx.update(invitationEntity, invitation, { status: 'EXPIRED', endedAt: now });
}

/** An invitation whose end has come does not bar the next one, also before its end is recorded. */
async function endExpired(tx: Transaction, tenantId: string, address: string, now: Date): Promise<void> {
  const open = await tx.db.invitation.findFirst({ where: { tenantId, email: address, status: 'PENDING' } });
  if (!open || open.expiresAt > now) return;
  await tx.lock(invitationEntity, open.id);
  const row = await tx.db.invitation.findUnique({ where: { id: open.id } });
  if (!row) return;
  await tx.unschedule(invitationEnd, row);
  await expireInvitation(tx, row);
}

/** The viewer may read the users of the tenant to whom it gives rights; of other tenants nothing is asked. */
async function requireNoMember({ db }: Transaction, tenantId: string, address: string): Promise<void> {
  const member = await db.user.findFirst({ where: { tenantId, email: address }, select: { id: true } });
  if (member) throw alreadyExists(TAKEN.MEMBER_ALREADY(), ...inInput('email'));
}

function requireRoleOfTenant(role: Role): void {
  if (!isPlatformRole(role) && role !== 'ORGANIZATION_ADMIN') return;
  throw invalidInput(INPUT.NO_ROLE_OF_TENANT({ role }), ...inInput('role'));
}

function inInput(column: string): string[] {
  return ['input', column];
}
