import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import { useToast } from '../shell/toasts.tsx';
import type { ServiceRow } from './status-rows.ts';
import { SERVICE_STATUSES, type ServiceStatus } from './status-text.ts';

const SET = graphql(`
  mutation OverrideSet(
    $id: ID!
    $status: ServiceStatus!
    $reason: String!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    serviceStatusSet(
      id: $id
      status: $status
      reason: $reason
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    ) {
      service { ...ServiceRow }
      userErrors { code rule message path }
    }
  }
`);

const valuesOf = (service: ServiceRow | null) => ({
  status: service?.status ?? 'OPERATIONAL',
  reason: service?.overrideReason ?? '',
});

/** Sets the status of a service by hand, in place of what incidents and maintenance give it. */
export function OverrideDialog({
  service,
  onClose,
}: {
  service: ServiceRow;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const [set] = useMutation(SET);
  const { id, name } = service;
  const { field, submit, fault, isSaving } = useEntityForm<ServiceRow, ReturnType<typeof valuesOf>>({
    row: service,
    valuesOf,
    save: async (_changed, { status, reason }, expectedVersion) => {
      const payload = await set({ id, status: status as ServiceStatus, reason, expectedVersion });
      return payload && { userErrors: payload.userErrors, row: payload.service };
    },
    onSaved: () => {
      toast(text('form.saved'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog
      title={text('status.overrideOf', { name })}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <SelectField
        label={text('status.overrideStatus')}
        options={SERVICE_STATUSES.map((value) => ({ value, label: text(`enum.ServiceStatus.${value}`) }))}
        {...field('status')}
      />
      <TextField
        label={text('status.overrideReason')}
        hint={text('status.overrideReasonHint')}
        {...field('reason', { required: text('fault.required') })}
      />
    </FormDialog>
  );
}
