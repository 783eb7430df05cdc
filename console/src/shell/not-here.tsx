import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import { Page } from '../ui/page.tsx';

/** The page of an address that leads nowhere, or no longer for this user. */
export function NotHere({ isWithdrawn = false }: { isWithdrawn?: boolean }): ReactNode {
  const text = useText();
  return (
    <Page
      title={text(isWithdrawn ? 'notHere.noLonger' : 'notHere.title')}
      lead={text(isWithdrawn ? 'notHere.noLongerText' : 'notHere.text')}
    >
      <p>
        <Link to="/">{text('notHere.home')}</Link>
      </p>
    </Page>
  );
}
