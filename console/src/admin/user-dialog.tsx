import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { UserRowFragment, UserStatus } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';

const UPDATE = graphql(`
  mutation UserDialogUpdate(
    $id: ID!
    $input: UserUpdateInput!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    userUpdate(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      user { id version name department status }
      userErrors { code rule message path }
    }
  }
`);

const SET_STATUS = graphql(`
  mutation UserDialogStatus(
    $id: ID!
    $status: UserStatus!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    userStatusSet(id: $id, status: $status, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      user { id version name department status }
      userErrors { code rule message path }
    }
  }
`);

const STATUSES = ['INVITED', 'ACTIVE', 'ON_LEAVE', 'LOCKED'] as const;

type Edited = Pick<UserRowFragment, 'version' | 'name' | 'department' | 'status'>;

const valuesOf = (user: Edited | null) => ({
  name: user?.name ?? '',
  department: user?.department ?? '',
  status: user?.status ?? 'ACTIVE',
});

/** Changes a user. The status is a step of its own: it is taken after the others, from the version that they made. */
export function UserDialog({
  user,
  by,
  onClose,
}: {
  user: UserRowFragment;
  by: string | null | undefined;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const word = useWord();
  const toast = useToast();
  const [update] = useMutation(UPDATE);
  const [setStatus] = useMutation(SET_STATUS);
  const { id } = user;
  const { field, submit, fault, isSaving } = useEntityForm<Edited, ReturnType<typeof valuesOf>>({
    row: user,
    by,
    valuesOf,
    save: async ({ status, ...changed }, _all, expectedVersion) => {
      let saved: { userErrors: readonly never[]; row: Edited | null | undefined } = {
        userErrors: [],
        row: user,
      };
      let version = expectedVersion;
      if (Object.keys(changed).length > 0) {
        const input = {
          ...changed,
          ...(changed.department !== undefined && { department: changed.department || null }),
        };
        const payload = await update({ id, input, expectedVersion: version });
        if (!payload || payload.userErrors.length > 0) {
          return payload && { userErrors: payload.userErrors, row: payload.user };
        }
        saved = { userErrors: [], row: payload.user };
        version = payload.user?.version;
      }
      if (status === undefined) return saved;
      const payload = await setStatus({ id, status: status as UserStatus, expectedVersion: version });
      return payload && { userErrors: payload.userErrors, row: payload.user };
    },
    onSaved: () => {
      toast(text('form.saved'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog title={text('users.edit')} {...{ fault, isSaving, onClose }} onSubmit={submit}>
      <TextField label={text('users.name')} {...field('name', { required: text('fault.required') })} />
      <TextField label={text('users.department')} {...field('department')} />
      <SelectField
        label={text('users.status')}
        options={STATUSES.map((value) => ({ value, label: word('UserStatus', value) }))}
        {...field('status')}
      />
    </FormDialog>
  );
}
