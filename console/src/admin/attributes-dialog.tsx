import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import { useToast } from '../shell/toasts.tsx';

const CHANGE = graphql(`
  mutation AttributesDialogChange(
    $ids: [ID!]
    $add: [String!]
    $remove: [String!]
    $idempotencyKey: String
  ) {
    usersAttributesUpdate(ids: $ids, add: $add, remove: $remove, idempotencyKey: $idempotencyKey) {
      bulkJob { id version }
      userErrors { code rule message path }
    }
  }
`);

const FIRST = { add: '', remove: '' };
const valuesOf = () => FIRST;

/** The names in a text that separates them by commas. */
const namesIn = (text: string) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Gives attributes to all users that are shown, or takes them away, as one job. */
export function AttributesDialog({
  ids,
  onClose,
}: {
  ids: readonly string[];
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const navigate = useNavigate();
  const [change] = useMutation(CHANGE);
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, typeof FIRST>({
    row: null,
    valuesOf,
    save: async (_changed, { add, remove }) => {
      const payload = await change({ ids: [...ids], add: namesIn(add), remove: namesIn(remove) });
      return payload && { userErrors: payload.userErrors, row: payload.bulkJob };
    },
    onSaved: () => {
      toast(text('jobs.begun'), 'good');
      onClose();
      void navigate({ to: '/admin/jobs' as never });
    },
  });
  return (
    <FormDialog
      title={text('users.changeAttributesOf', { count: ids.length })}
      submitText={text('jobs.begin')}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <TextField label={text('users.add')} hint={text('users.attributesHint')} {...field('add')} />
      <TextField label={text('users.remove')} {...field('remove')} />
    </FormDialog>
  );
}
