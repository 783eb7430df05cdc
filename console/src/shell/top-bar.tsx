import { useLiveEntity, useLockstep } from '@lockstep/client/react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { applyTheme, chosenTheme, type Theme } from '../app/theme.ts';
import { useViewer } from '../app/viewer.tsx';
import { NotificationBell } from '../notifications/notification-bell.tsx';
import { OWN_PROFILE } from '../own-profile/profile.ts';
import { Button } from '../ui/button.tsx';
import { Person } from '../ui/icons.tsx';
import { LivePill } from './live-pill.tsx';
import { Popover } from './popover.tsx';
import styles from './top-bar.module.css';

const THEMES = ['system', 'light', 'dark'] as const satisfies readonly Theme[];

/** The bar above every page: the way home, the state of the connection, and the user. */
export function TopBar(): ReactNode {
  const text = useText();
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.name}>
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="#4f46e5" />
          <path
            d="M9 8v16h5M18 8v16h5"
            fill="none"
            stroke="#fff"
            strokeWidth="3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        {text('app.name')}
      </Link>
      <div className={styles.right}>
        <LivePill />
        <NotificationBell />
        <UserMenu />
      </div>
    </header>
  );
}

function UserMenu(): ReactNode {
  const { session } = useLockstep();
  const viewer = useViewer();
  const text = useText();
  const word = useWord();
  const name = useLiveEntity(OWN_PROFILE, viewer.id).row?.name ?? viewer.name;
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <Popover
      id="user-menu"
      label={
        <>
          <Person /> <span className={styles.who}>{name}</span>
        </>
      }
      name={text('menu.account')}
    >
      <p className={styles.user}>
        <strong>{name}</strong>
        <span>{viewer.email}</span>
        <span>{word('Role', viewer.role)}</span>
      </p>
      <Link to={'/me' as never}>{text('ownProfile.title')}</Link>
      <label className={styles.theme}>
        {text('theme.label')}
        <select
          value={theme}
          onChange={({ target }) => {
            applyTheme(target.value as Theme);
            setTheme(target.value as Theme);
          }}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {text(`theme.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <Button onClick={() => void session.signOut()}>{text('signOut')}</Button>
      <Button kind="quiet" onClick={() => void session.signOut({ isEverywhere: true })}>
        {text('signOut.everywhere')}
      </Button>
    </Popover>
  );
}
