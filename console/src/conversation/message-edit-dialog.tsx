import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { TextArea } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { MessageRow } from './message-rows.ts';

const EDIT = graphql(`
  mutation ConversationMessageEdit(
    $id: ID!
    $input: MessageUpdateInput!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    messageUpdate(
      id: $id
      input: $input
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    ) {
      message { ...MessageRow }
      userErrors { code rule message path }
    }
  }
`);

const valuesOf = (message: MessageRow | null) => ({ body: message?.body ?? '' });

/** Changes the text of a message of the viewer. The others see that it was edited. */
export function MessageEditDialog({
  message,
  onClose,
}: {
  message: MessageRow;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const [edit] = useMutation(EDIT);
  const { field, submit, fault, isSaving } = useEntityForm<MessageRow, { body: string }>({
    row: message,
    valuesOf,
    save: async (changed, _all, expectedVersion) => {
      const given = { id: message.id, input: changed };
      const payload = await edit(expectedVersion === undefined ? given : { ...given, expectedVersion });
      return payload && { userErrors: payload.userErrors, row: payload.message };
    },
    onSaved: onClose,
  });
  return (
    <FormDialog
      title={text('conversation.editTitle')}
      fault={fault}
      isSaving={isSaving}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextArea label={text('conversation.body')} {...field('body', { required: text('fault.required') })} />
    </FormDialog>
  );
}
