import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/icons.tsx';
import { Time } from '../ui/time.tsx';
import styles from './notes.module.css';
import { MARK_READ, type Note, pageOf } from './notes.ts';

/** Notifications, each with the way to what it tells of. To go there, or to press the button, marks it as read. */
export function NoteList({ notes, onLeave }: { notes: readonly Note[]; onLeave?: () => void }): ReactNode {
  return (
    <ul className={styles.notes}>
      {notes.map((note) => (
        <OneNote key={note.id} note={note} onLeave={onLeave} />
      ))}
    </ul>
  );
}

function OneNote({ note, onLeave }: { note: Note; onLeave: (() => void) | undefined }): ReactNode {
  const text = useText();
  const [mark, isMarking] = useAction(MARK_READ);
  const { id, text: said, severity, isRead, count, lastAt } = note;
  const page = pageOf(note);
  const leave = () => {
    onLeave?.();
    if (!isRead) void mark({ id });
  };
  return (
    <li data-severity={severity} data-unread={!isRead}>
      <div>
        {!isRead && <span className="unseen">{text('notifications.isUnread')}</span>}
        {page ? (
          <Link to={page as never} onClick={leave}>
            {said}
          </Link>
        ) : (
          <span>{said}</span>
        )}
        <p className={styles.when}>
          <Time at={lastAt} />
          {count > 1 && ` · ${text('notifications.count', { count })}`}
        </p>
      </div>
      {!isRead && (
        <Button
          kind="quiet"
          disabled={isMarking}
          title={text('notifications.mark')}
          aria-label={text('notifications.markOf', { text: said })}
          onClick={() => void mark({ id })}
        >
          <Check />
        </Button>
      )}
    </li>
  );
}
