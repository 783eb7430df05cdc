import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo } from 'react';
import { useText } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay } from '../app/viewer.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { AttachmentList } from './attachment-list.tsx';
import { ATTACHMENT_ROW } from './attachment-rows.ts';
import styles from './conversation.module.css';
import { MessageComposer } from './message-composer.tsx';
import { MessageItem } from './message-item.tsx';
import { MESSAGE_ROW } from './message-rows.ts';
import { useWriters } from './typing.ts';

const STEP = 50;
const USUAL = { messages: String(STEP) };
/** The rows of the largest window, one of which says only that there are earlier messages. */
const MAX_WINDOW = 100;
const EARLIEST_FIRST = [{ field: 'createdAt' }];
const LATEST_FIRST = [{ field: 'createdAt', direction: 'DESC' as const }];

/** The latest messages about a maintenance request, the newest below, and the place where the viewer writes one. */
export function Conversation({ maintenanceRequestId }: { maintenanceRequestId: string }): ReactNode {
  const text = useText();
  const mayWrite = useMay('messages:write');
  const [{ messages }, change] = useUrlState(USUAL);
  const shown = Math.max(STEP, Math.trunc(Number(messages)) || STEP);
  const filter = useMemo(
    () => ({ maintenanceRequestId: { equals: maintenanceRequestId } }),
    [maintenanceRequestId],
  );
  const latest = useMemo(() => {
    const whole = { filter, orderBy: LATEST_FIRST };
    return shown < MAX_WINDOW ? { ...whole, first: shown + 1 } : whole;
  }, [filter, shown]);
  const { rows, status, error } = useLiveList(MESSAGE_ROW, latest);
  const asked = useMemo(() => ({ filter, orderBy: EARLIEST_FIRST }), [filter]);
  const { rows: files } = useLiveList(ATTACHMENT_ROW, asked);
  const isLoading = status === 'loading' || status === 'idle';
  if (status === 'ended' && error) return <Failed error={error} />;
  return (
    <Card title={text('conversation.title')}>
      <AttachmentList attachments={files.filter(({ messageId }) => !messageId)} />
      {isLoading && <Loading />}
      {!isLoading && rows.length === 0 && <p className={styles.muted}>{text('conversation.none')}</p>}
      {rows.length > shown && (
        <Button kind="quiet" onClick={() => change({ messages: String(shown + STEP) })}>
          {text('conversation.earlier')}
        </Button>
      )}
      {rows.length > 0 && (
        <ol className={styles.messages} aria-label={text('conversation.messages')}>
          {rows
            .slice(0, shown)
            .toReversed()
            .map((row) => (
              <MessageItem key={row.id} message={row}>
                <AttachmentList attachments={files.filter(({ messageId }) => messageId === row.id)} />
              </MessageItem>
            ))}
        </ol>
      )}
      <Writing maintenanceRequestId={maintenanceRequestId} />
      {mayWrite && <MessageComposer maintenanceRequestId={maintenanceRequestId} />}
    </Card>
  );
}

/** Who is writing at this moment. A screen reader says it when it has nothing else to say. */
function Writing({ maintenanceRequestId }: { maintenanceRequestId: string }): ReactNode {
  const text = useText();
  const writers = useWriters(maintenanceRequestId);
  const said = writers.map(({ user, isFromStaff, isInternal }) => {
    const name = user?.name ?? text(isFromStaff ? 'conversation.staff' : 'conversation.member');
    return text(isInternal ? 'conversation.writesNote' : 'conversation.writes', { name });
  });
  return (
    <p className={styles.writing} role="status">
      {said.join(' ')}
    </p>
  );
}
