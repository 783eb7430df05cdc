import { z } from 'zod';
import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { requirePassword } from '../../configuration/layers/password-rules.ts';
import type { Context, ViewerContext } from '../../core/context.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { checkedText, optional } from '../../core/requests/input-fields.ts';
import { newPassword } from '../../core/requests/input-text.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { userEntity } from '../users/users.changes.ts';
import { proveCurrentPassword, wrongCurrentPassword } from './current-password.ts';
import { guessingCode, type SpentCode, spendCode, typedCode } from './second-factor/spent-codes.ts';
import { endOwn } from './sessions.commands.ts';
import { codeNeeded, requireOtherPassword } from './sign-in-requirements.ts';

export const passwordChangeInput = createInput({
  currentPassword: checkedText('The password as it is', () => z.string()),
  newPassword: checkedText('The new one', newPassword, ['10 to 200 characters']),
  totp: optional(
    checkedText(
      'An unused code of the authenticator, or a recovery code. Needed by users with a second factor',
      () => typedCode,
    ),
  ),
});

/** The arguments of `changePassword`. */
export interface PasswordChangeArgs {
  readonly input: InputOf<typeof passwordChangeInput>;
}

/**
 * Sets the viewer's password and ends the viewer's other sessions. Throws UserErrors for a wrong current password or
 * a new one that will not do, and RATE_LIMITED after too many wrong ones.
 */
export async function changePassword(
  ctx: ViewerContext,
  { input }: PasswordChangeArgs,
): Promise<Written<number>> {
  const { currentPassword, newPassword: wanted, totp } = parseInput(passwordChangeInput, input);
  const path = ['input', 'currentPassword'];
  const passwordHash = await proveCurrentPassword(ctx, currentPassword, path);
  const newHash = await ctx.authentication.passwords.hash(wanted, ctx.ip);
  const { userId } = ctx.viewer;
  const code = totp ?? '';
  const change = async (tx: Transaction) => {
    await tx.lock(userEntity, userId);
    const { signIn: rules } = await obeyedSettingsOf(tx.db, ctx.viewer.tenantId);
    requirePassword(rules, wanted, ['input', 'newPassword']);
    // Where passwords grow old, the old one does not become a new one.
    if (rules.maxAgeDays !== null) requireOtherPassword(currentPassword, wanted, ['input', 'newPassword']);
    const spent = await requireCode(tx, ctx, userId, code);
    const { count } = await tx.db.credential.updateMany({
      where: { userId, passwordHash },
      data: { passwordHash: newHash },
    });
    if (count === 0) throw wrongCurrentPassword(path);
    const user = await tx.db.user.findUniqueOrThrow({ where: { id: userId } });
    await tx.update(userEntity, user, { ...spent, passwordChangedAt: ctx.clock.now() });
    return endOwn(tx, ctx, ctx.sessionId ? { id: { not: ctx.sessionId } } : {});
  };
  if (code === '') return ctx.transact(change);
  return guessingCode(ctx, userId, () => ctx.transact(change));
}

/** Spends a code of a locked user who has a second factor; throws UserErrors for one that is missing or wrong. */
export async function requireCode(
  tx: Transaction,
  ctx: Context,
  userId: string,
  code: string,
): Promise<SpentCode> {
  const factor = await tx.db.secondFactor.findUnique({ where: { userId } });
  if (!factor?.confirmedAt) return {};
  if (code === '') throw codeNeeded();
  return spendCode(tx, ctx, { factor, code, path: ['input', 'totp'] });
}
