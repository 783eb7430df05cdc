import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextArea, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { UpdateVisibility } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import styles from './board.module.css';
import { type ServiceRow, VISIBILITIES } from './status-rows.ts';
import { type IncidentImpact, SERVICE_STATUSES, type ServiceStatus } from './status-text.ts';

const OPEN = graphql(`
  mutation IncidentOpen($input: IncidentOpenInput!, $idempotencyKey: String) {
    incidentOpen(input: $input, idempotencyKey: $idempotencyKey) {
      incident { id version }
      userErrors { code rule message path }
    }
  }
`);

const IMPACTS = ['MINOR', 'MAJOR', 'CRITICAL', 'NONE'] as const;
const FIRST = { title: '', impact: 'MINOR', message: '', visibility: 'TENANT' };

/** Opens an incident of the services that it affects, with its first update. */
export function OpenIncidentDialog({
  services,
  onClose,
}: {
  services: readonly ServiceRow[];
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const [open] = useMutation(OPEN);
  const needed = { required: text('fault.required') };
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, Record<string, string>>({
    row: null,
    valuesOf: () => ({ ...FIRST, ...Object.fromEntries(services.map(({ id }) => [id, ''])) }),
    save: async (_changed, { title = '', impact, message = '', visibility, ...statuses }) => {
      const affected = Object.entries(statuses).flatMap(([serviceId, status]) =>
        status ? [{ serviceId, status: status as ServiceStatus }] : [],
      );
      const payload = await open({
        input: {
          title,
          message,
          impact: impact as IncidentImpact,
          visibility: visibility as UpdateVisibility,
          services: affected,
        },
      });
      return payload && { userErrors: payload.userErrors, row: payload.incident };
    },
    onSaved: () => {
      toast(text('status.opened'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog
      title={text('status.open')}
      submitText={text('status.openShort')}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <TextField label={text('status.title')} {...field('title', needed)} />
      <TextArea
        label={text('status.message')}
        hint={text('status.messageHint')}
        {...field('message', needed)}
      />
      <SelectField
        label={text('status.impact')}
        options={IMPACTS.map((value) => ({ value, label: text(`enum.IncidentImpact.${value}`) }))}
        {...field('impact')}
      />
      <SelectField
        label={text('status.visibility')}
        options={VISIBILITIES.map((value) => ({ value, label: text(`enum.UpdateVisibility.${value}`) }))}
        {...field('visibility')}
      />
      <fieldset className={styles.affected}>
        <legend>{text('incident.services')}</legend>
        {services.map(({ id, name }) => (
          <SelectField
            key={id}
            label={name}
            options={[
              { value: '', label: text('status.notAffected') },
              ...SERVICE_STATUSES.map((value) => ({ value, label: text(`enum.ServiceStatus.${value}`) })),
            ]}
            {...field(id)}
          />
        ))}
      </fieldset>
    </FormDialog>
  );
}
