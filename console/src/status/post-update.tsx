import { type ReactNode, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { FormError, SelectField, TextArea } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import type { UpdateVisibility } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import styles from './board.module.css';
import { type IncidentRow, VISIBILITIES } from './status-rows.ts';
import type { IncidentStatus } from './status-text.ts';

const POST = graphql(`
  mutation IncidentUpdatePost($input: IncidentUpdatePostInput!, $idempotencyKey: String) {
    incidentUpdatePost(input: $input, idempotencyKey: $idempotencyKey) {
      incidentUpdate { id version }
      userErrors { code rule message path }
    }
  }
`);

const STATUSES = ['INVESTIGATING', 'IDENTIFIED', 'MONITORING', 'RESOLVED'] as const;
const FIRST = { message: '', status: '', visibility: 'TENANT' };
const valuesOf = () => FIRST;

/** Adds to the timeline of an incident, with the step that it takes. After a post the form is empty again. */
export function PostUpdate({ incident }: { incident: IncidentRow }): ReactNode {
  const [posts, setPosts] = useState(0);
  return <PostForm key={posts} incident={incident} onPosted={() => setPosts(posts + 1)} />;
}

function PostForm({ incident, onPosted }: { incident: IncidentRow; onPosted: () => void }): ReactNode {
  const text = useText();
  const toast = useToast();
  const [post] = useMutation(POST);
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, typeof FIRST>({
    row: null,
    valuesOf,
    save: async (_changed, { message, status, visibility }) => {
      const payload = await post({
        input: {
          incidentId: incident.id,
          message,
          visibility: visibility as UpdateVisibility,
          ...(status && { status: status as IncidentStatus }),
        },
      });
      return payload && { userErrors: payload.userErrors, row: payload.incidentUpdate };
    },
    onSaved: () => {
      toast(text('incident.posted'), 'good');
      onPosted();
    },
  });
  const kept = text(`enum.IncidentStatus.${incident.status}`);
  return (
    <Card title={text('incident.post')}>
      <form onSubmit={submit} noValidate className={styles.post}>
        {fault && <FormError>{fault}</FormError>}
        <TextArea
          label={text('status.message')}
          {...field('message', { required: text('fault.required') })}
        />
        <SelectField
          label={text('incident.status')}
          options={[
            { value: '', label: text('incident.keep', { status: kept }) },
            ...STATUSES.map((value) => ({ value, label: text(`enum.IncidentStatus.${value}`) })),
          ]}
          {...field('status')}
        />
        <SelectField
          label={text('status.visibility')}
          options={VISIBILITIES.map((value) => ({ value, label: text(`enum.UpdateVisibility.${value}`) }))}
          {...field('visibility')}
        />
        <Button type="submit" kind="primary" disabled={isSaving}>
          {text(isSaving ? 'form.saving' : 'incident.postSubmit')}
        </Button>
      </form>
    </Card>
  );
}
