import type { ComponentType } from 'react';
import { EmailChangePage, EmailChangeWithdrawalPage } from './email-link-page.tsx';
import { ForgotPage } from './forgot-page.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { PasswordResetPage } from './password-reset-page.tsx';

/** The pages that need no session, by their paths. The links of e-mails lead to all but the first. */
export const DOORS: Readonly<Record<string, ComponentType>> = {
  '/forgot-password': ForgotPage,
  '/password-reset': PasswordResetPage,
  '/invitation': InvitationPage,
  '/email-change': EmailChangePage,
  '/email-change-withdrawal': EmailChangeWithdrawalPage,
};
