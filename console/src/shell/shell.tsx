import { useSession } from '@lockstep/client/react';
import { Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useCallback } from 'react';
import { PAGES } from '../app/pages.ts';
import { useText } from '../app/texts.ts';
import { useFollowedViewer, ViewerProvider } from '../app/viewer.tsx';
import { DOORS } from '../sign-in/doors.ts';
import { SignInPage } from '../sign-in/sign-in-page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { Gate } from './gate.tsx';
import { MainMenu } from './main-menu.tsx';
import styles from './shell.module.css';
import { useToast } from './toasts.tsx';
import { TopBar } from './top-bar.tsx';

/** What is around every page: the pages that need no session; sign-in for those who are not, else the menu, the state of the connection, and the page. */
export function Shell(): ReactNode {
  const session = useSession();
  const text = useText();
  const toast = useToast();
  const tell = useCallback(() => toast(text('viewer.changed')), [toast, text]);
  const { viewer, error, retry } = useFollowedViewer(tell);
  const { pathname } = useLocation();
  const Door = DOORS[pathname.replace(/\/$/, '')];
  const page = PAGES.find(({ path }) => isAt(path, pathname));
  if (Door) return <Door />;
  if (session.status === 'signed-out') return <SignInPage isRefused={session.reason === 'REFUSED'} />;
  if (!viewer) return error ? <Failed error={error} retry={retry} /> : <Loading />;
  return (
    // Another user begins with pages of their own.
    <ViewerProvider key={viewer.id} viewer={viewer}>
      <a className={styles.skip} href="#content">
        {text('app.skip')}
      </a>
      <TopBar />
      <div className={styles.body}>
        <MainMenu />
        <main id="content" className={styles.content} tabIndex={-1}>
          <Gate key={page?.path ?? pathname} permissions={page?.permissions ?? []}>
            <Outlet />
          </Gate>
        </main>
      </div>
    </ViewerProvider>
  );
}

/** Whether a path is that of a page, whose parts that begin with `$` stand for anything. */
function isAt(pattern: string, path: string): boolean {
  const parts = path.replace(/\/$/, '').split('/');
  const expected = pattern.split('/');
  return (
    parts.length === expected.length &&
    expected.every((part, place) => part.startsWith('$') || part === parts[place])
  );
}
