import { type ReactNode, useState } from 'react';
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

/** The place where the viewer writes. After a message the form is empty again, and has the focus. */
export function MessageComposer({ maintenanceRequestId }: { maintenanceRequestId: string }): ReactNode {
  const [sent, setSent] = useState(0);
  const [isInternal, setInternal] = useState(false);
  return (
    <ComposerForm
      key={sent}
      isFirst={sent === 0}
      {...{ maintenanceRequestId, isInternal, setInternal }}
      onSent={() => setSent(sent + 1)}
    />
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
  onSent: () => void;
}): ReactNode {
  const text = useText();
  const { role } = useViewer();
  const [send] = useMutation(SEND);
  const typing = useTypingSign(maintenanceRequestId);
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, typeof FIRST>({
    row: null,
    valuesOf,
    save: async (_changed, { body }) => {
      const payload = await send({ input: { maintenanceRequestId, body, isInternal } });
      return payload && { userErrors: payload.userErrors, row: payload.message };
    },
    onSaved: onSent,
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
