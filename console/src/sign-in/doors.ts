import type { ComponentType } from 'react';
import { ForgotPage } from './forgot-page.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { PasswordResetPage } from './password-reset-page.tsx';

/** The pages that need no session, by their paths. The links of e-mails lead to the last two. */
export const DOORS: Readonly<Record<string, ComponentType>> = {
  '/forgot-password': ForgotPage,
  '/password-reset': PasswordResetPage,
  '/invitation': InvitationPage,
};
