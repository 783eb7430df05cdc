import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextArea, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { MaintenancePriority } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { PRIORITIES } from './maintenance.ts';

const UNIT_CHOICE = graphql(`
  fragment UnitChoice on Unit { id version label place { propertyName } }
`);

const CREATE = graphql(`
  mutation ReportCreate($input: MaintenanceRequestCreateInput!, $idempotencyKey: String) {
    maintenanceRequestCreate(input: $input, idempotencyKey: $idempotencyKey) {
      maintenanceRequest { id version }
      userErrors { code rule message path }
    }
  }
`);

const BY_LABEL = { orderBy: [{ field: 'label' }] };
const FIRST = { unitId: '', title: '', description: '', priority: 'NORMAL' };
const valuesOf = () => FIRST;

/** Reports what must be repaired in one of one's own units. */
export function ReportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const text = useText();
  const word = useWord();
  const toast = useToast();
  const units = useLiveList(UNIT_CHOICE, BY_LABEL);
  const [create] = useMutation(CREATE);
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, typeof FIRST>({
    row: null,
    valuesOf,
    save: async (_changed, { priority, description, ...all }) => {
      const input = { ...all, description: description || null, priority: priority as MaintenancePriority };
      const payload = await create({ input });
      return payload && { userErrors: payload.userErrors, row: payload.maintenanceRequest };
    },
    onSaved: () => {
      toast(text('maintenance.reported'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog
      title={text('maintenance.report')}
      submitText={text('maintenance.send')}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <SelectField
        label={text('maintenance.unit')}
        options={[
          { value: '', label: text('maintenance.chooseUnit') },
          ...units.rows.map(({ id, label, place }) => ({
            value: id,
            label: place ? `${place.propertyName}, ${label}` : label,
          })),
        ]}
        {...field('unitId', { required: text('fault.required') })}
      />
      <TextField
        label={text('maintenance.title')}
        {...field('title', { required: text('fault.required') })}
      />
      <TextArea label={text('maintenance.description')} {...field('description')} />
      <SelectField
        label={text('maintenance.priority')}
        options={PRIORITIES.map((value) => ({ value, label: word('MaintenancePriority', value) }))}
        {...field('priority')}
      />
    </FormDialog>
  );
}
