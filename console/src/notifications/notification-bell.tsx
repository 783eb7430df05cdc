import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { Popover } from '../shell/popover.tsx';
import { Button } from '../ui/button.tsx';
import { Bell } from '../ui/icons.tsx';
import { NoteList } from './note-list.tsx';
import styles from './notes.module.css';
import { MARK_ALL_READ, useNotes } from './notes.ts';

const LATEST = 6;
const MOST_SHOWN = 99;
const ID = 'notifications';

/** The number of unread notifications, and the latest ones on demand. */
export function NotificationBell(): ReactNode {
  const text = useText();
  const { data } = useNotes(LATEST, false);
  const [markAll, isMarking] = useAction(MARK_ALL_READ);
  const unread = data?.unreadCount ?? 0;
  const notes = data?.notifications?.nodes ?? [];
  const close = () => document.getElementById(ID)?.hidePopover();
  return (
    <>
      <Popover
        id={ID}
        name={text('notifications.bell', { count: unread })}
        label={
          <span className={styles.bell}>
            <Bell />
            {unread > 0 && (
              <span className={styles.unread} aria-hidden="true">
                {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
              </span>
            )}
          </span>
        }
      >
        {notes.length === 0 ? (
          <p className={styles.when}>{text('notifications.none')}</p>
        ) : (
          <NoteList notes={notes} onLeave={close} />
        )}
        <div className={styles.ways}>
          <Link to={'/notifications' as never} onClick={close}>
            {text('notifications.all')}
          </Link>
          {unread > 0 && (
            <Button kind="quiet" disabled={isMarking} onClick={() => void markAll({})}>
              {text('notifications.markAll')}
            </Button>
          )}
        </div>
      </Popover>
      <span className="unseen" role="status">
        {unread > 0 ? text('notifications.arrived', { count: unread }) : ''}
      </span>
    </>
  );
}
