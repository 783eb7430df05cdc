import { type ReactNode, useId, useRef, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { useEntityForm } from '../forms/entity-form.tsx';
import { FormError, TextArea } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import styles from './conversation.module.css';
import { isStaff } from './message-rows.ts';
import { useTypingSign } from './typing.ts';
import { UploadList } from './upload-list.tsx';
import { useUploads } from './uploads.ts';

const SEND = graphql(`
  mutation ConversationMessageSend($input: MessageSendInput!, $idempotencyKey: String) {
    messageSend(input: $input, idempotencyKey: $idempotencyKey) {
      message { id version }
      userErrors { code rule message path }
    }
  }
`);

const FIRST = { body: '' };
const valuesOf = () => FIRST;

/**
 * The place where the viewer writes. After a message the form is empty again, and has the focus. Its files follow the message,
 * because a file belongs to a message that is there.
 */
export function MessageComposer({ maintenanceRequestId }: { maintenanceRequestId: string }): ReactNode {
  const [sent, setSent] = useState(0);
  const [isInternal, setInternal] = useState(false);
  const { uploads, start, again, giveUp } = useUploads();
  return (
    <>
      <UploadList uploads={uploads} again={again} giveUp={giveUp} />
      <ComposerForm
        key={sent}
        isFirst={sent === 0}
        {...{ maintenanceRequestId, isInternal, setInternal }}
        onSent={(messageId, files) => {
          setSent(sent + 1);
          void start(files, messageId);
        }}
      />
    </>
  );
}

function ComposerForm({
  maintenanceRequestId,
  isFirst,
  isInternal,
  setInternal,
  onSent,
}: {
  maintenanceRequestId: string;
  isFirst: boolean;
  isInternal: boolean;
  setInternal: (isInternal: boolean) => void;
  onSent: (messageId: string, files: readonly File[]) => void;
}): ReactNode {
  const text = useText();
  const { role } = useViewer();
  const [send] = useMutation(SEND);
  const files = useRef<HTMLInputElement>(null);
  const filesId = useId();
  const typing = useTypingSign(maintenanceRequestId);
  const { field, submit, fault, isSaving } = useEntityForm<{ id: string; version: number }, typeof FIRST>({
    row: null,
    valuesOf,
    save: async (_changed, { body }) => {
      const payload = await send({ input: { maintenanceRequestId, body, isInternal } });
      return payload && { userErrors: payload.userErrors, row: payload.message };
    },
    onSaved: (message) => message && onSent(message.id, [...(files.current?.files ?? [])]),
  });
  return (
    <form onSubmit={submit} noValidate className={styles.composer}>
      {fault && <FormError>{fault}</FormError>}
      <TextArea
        label={text(isInternal ? 'conversation.note' : 'conversation.body')}
        hint={text(isInternal ? 'conversation.noteHint' : 'conversation.bodyHint')}
        autoFocus={!isFirst}
        {...field('body', {
          required: text('fault.required'),
          onChange: ({ target }) => (target.value === '' ? typing.end() : typing.sign(isInternal)),
        })}
      />
      <div className={styles.send}>
        <span className={styles.choose}>
          <label htmlFor={filesId}>{text('conversation.attach')}</label>
          <input id={filesId} ref={files} type="file" multiple />
        </span>
        {isStaff(role) && (
          <label>
            <input
              type="checkbox"
              checked={isInternal}
              onChange={({ target }) => setInternal(target.checked)}
            />{' '}
            {text('conversation.asNote')}
          </label>
        )}
        <Button type="submit" kind="primary" disabled={isSaving}>
          {text(isSaving ? 'form.saving' : 'conversation.send')}
        </Button>
      </div>
    </form>
  );
}
