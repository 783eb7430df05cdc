import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IntlProvider } from 'react-intl';
import { ToastProvider } from '../shell/toasts.tsx';
import { router } from './router.tsx';
import { TEXTS } from './texts.ts';

/** The whole page. */
export function Console(): ReactNode {
  return (
    <IntlProvider locale="en" messages={TEXTS}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </IntlProvider>
  );
}
