import { useLockstep } from '@lockstep/client/react';
import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { useAction, useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useMay, useViewer } from '../app/viewer.tsx';
import { ConfirmDialog } from '../forms/confirm-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import type { AttachmentRow } from './attachment-rows.ts';
import styles from './conversation.module.css';
import { isStaff } from './message-rows.ts';

const LINK = graphql(`
  mutation ConversationAttachmentLink($id: ID!) {
    attachmentLinkCreate(id: $id) { path userErrors { code rule message path } }
  }
`);

const DELETE = graphql(`
  mutation ConversationAttachmentDelete($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    attachmentDelete(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      attachmentId
      userErrors { code rule message path }
    }
  }
`);

/** Files, each to download; those of the viewer can be removed. */
export function AttachmentList({ attachments }: { attachments: readonly AttachmentRow[] }): ReactNode {
  const text = useText();
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={text('conversation.files')}>
      {attachments.map((row) => (
        <AttachmentItem key={row.id} attachment={row} />
      ))}
    </ul>
  );
}

function AttachmentItem({ attachment }: { attachment: AttachmentRow }): ReactNode {
  const text = useText();
  const word = useWord();
  const intl = useIntl();
  const viewer = useViewer();
  const mayWrite = useMay('messages:write');
  const mayModerate = useMay('messages:moderate') && isStaff(viewer.role);
  const [isRemoving, setRemoving] = useState(false);
  const [remove] = useAction(DELETE);
  const download = useDownload();
  const { id, version, name, sizeBytes, status, isInternal, uploader } = attachment;
  const size = intl.formatNumber(Math.max(1, Math.round(sizeBytes / 1024)), {
    style: 'unit',
    unit: 'kilobyte',
  });
  return (
    <li>
      {status === 'CLEAN' ? (
        <Button kind="quiet" onClick={() => void download(attachment)}>
          {text('conversation.download', { name })}
        </Button>
      ) : (
        <span>{name}</span>
      )}
      <span className={styles.muted}>
        {size}
        {status !== 'CLEAN' && `, ${word('AttachmentStatus', status)}`}
      </span>
      {isInternal && <span className={styles.internal}>{text('conversation.internalFile')}</span>}
      {mayWrite && (uploader?.id === viewer.id || mayModerate) && (
        <Button
          kind="quiet"
          aria-label={text('conversation.removeOf', { name })}
          onClick={() => setRemoving(true)}
        >
          {text('conversation.remove')}
        </Button>
      )}
      {isRemoving && (
        <ConfirmDialog
          title={text('conversation.removeTitle')}
          question={text('conversation.removeQuestion', { name })}
          confirmText={text('conversation.remove')}
          confirm={() => remove({ id, expectedVersion: version })}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

/** Downloads a file by a link that is made when it is asked for, because links end after ten minutes. */
function useDownload(): (attachment: AttachmentRow) => Promise<void> {
  const { url } = useLockstep();
  const toast = useToast();
  const [link] = useMutation(LINK);
  return async ({ id, name }) => {
    const payload = await link({ id });
    const [fault] = payload?.userErrors ?? [];
    if (fault) toast(fault.message, 'bad');
    if (!payload?.path) return;
    const anchor = document.createElement('a');
    anchor.href = new URL(payload.path, url).href;
    anchor.download = name;
    anchor.click();
  };
}
