import { type ReactNode, useState } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useMay, useViewer } from '../app/viewer.tsx';
import { ConfirmDialog } from '../forms/confirm-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import styles from './conversation.module.css';
import { MessageEditDialog } from './message-edit-dialog.tsx';
import { isStaff, type MessageRow } from './message-rows.ts';

const DELETE = graphql(`
  mutation ConversationMessageDelete($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    messageDelete(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      messageId
      userErrors { code rule message path }
    }
  }
`);

/** One message, with what its author and moderators may do with it. */
export function MessageItem({ message, children }: { message: MessageRow; children?: ReactNode }): ReactNode {
  const text = useText();
  const viewer = useViewer();
  const mayWrite = useMay('messages:write');
  const mayModerate = useMay('messages:moderate') && isStaff(viewer.role);
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const { author, body, isFromStaff, isInternal, createdAt, editedAt, deletedAt } = message;
  const isOwn = author?.id === viewer.id;
  const name = author?.name ?? text(isFromStaff ? 'conversation.staff' : 'conversation.member');
  const mayDelete = !deletedAt && mayWrite && (isOwn || mayModerate);
  return (
    <li className={styles.message} data-own={isOwn} data-internal={isInternal}>
      <p className={styles.head}>
        <strong>{name}</strong>
        <Time at={createdAt} />
        {isInternal && <span className={styles.internal}>{text('conversation.internal')}</span>}
        {editedAt && !deletedAt && <span>{text('conversation.edited')}</span>}
      </p>
      {deletedAt ? (
        <p className={styles.muted}>{text('conversation.deleted')}</p>
      ) : (
        <p className={styles.body}>{body}</p>
      )}
      {children}
      {mayDelete && (
        <div className={styles.acts}>
          {isOwn && (
            <Button kind="quiet" onClick={() => setDialog('edit')}>
              {text('conversation.edit')}
            </Button>
          )}
          <Button kind="quiet" onClick={() => setDialog('delete')}>
            {text('conversation.delete')}
          </Button>
        </div>
      )}
      {dialog === 'edit' && <MessageEditDialog message={message} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDialog message={message} onClose={() => setDialog(null)} />}
    </li>
  );
}

function DeleteDialog({ message, onClose }: { message: MessageRow; onClose: () => void }): ReactNode {
  const text = useText();
  const [remove] = useAction(DELETE);
  const { id, version } = message;
  return (
    <ConfirmDialog
      title={text('conversation.deleteTitle')}
      question={text('conversation.deleteQuestion')}
      confirmText={text('conversation.delete')}
      confirm={() => remove({ id, expectedVersion: version })}
      onClose={onClose}
    />
  );
}
