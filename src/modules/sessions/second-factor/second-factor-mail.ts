import type { MailText } from '../../../core/rows/mail-text.ts';

/** The mail that says that a recovery code was used. */
export const recoveryCodeUsedText: MailText = {
  key: 'recoveryCodeUsed',
  subject: 'A recovery code was used',
  lines: [
    'A recovery code of your account was used in the place of a code of your authenticator. Codes left: {left}.',
    '',
    'If it was not you, set another password and make other recovery codes.',
  ],
};

/** The mail that says that an administrator has reset the second factor. */
export const secondFactorResetText: MailText = {
  key: 'secondFactorReset',
  subject: 'Your second factor was reset',
  lines: [
    'An administrator has removed the authenticator and the recovery codes of your account, and all sessions have ended.',
    'The password is as it was.',
    '',
    'If you did not ask for it, set another password and tell your administrator.',
  ],
};
