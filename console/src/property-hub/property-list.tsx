import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { useEntityForm } from '../forms/entity-form.tsx';
import { TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { PropertyRowFragment } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import { Plus } from '../ui/icons.tsx';
import { Card } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import styles from './property-list.module.css';

const PROPERTY_ROW = graphql(`
  fragment PropertyRow on Property { id version name address }
`);

const UNIT_ROW = graphql(`
  fragment UnitRow on Unit { id version label propertyId residentId }
`);

const CREATE = graphql(`
  mutation PropertyListCreate($input: PropertyCreateInput!, $idempotencyKey: String) {
    propertyCreate(input: $input, idempotencyKey: $idempotencyKey) {
      property { ...PropertyRow }
      userErrors { code rule message path }
    }
  }
`);

const UPDATE = graphql(`
  mutation PropertyListUpdate(
    $id: ID!
    $input: PropertyUpdateInput!
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    propertyUpdate(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      property { ...PropertyRow }
      userErrors { code rule message path }
    }
  }
`);

const byName = [{ field: 'name' }];
const byLabel = [{ field: 'label' }];

/** The properties of a customer with their units, kept in step. */
export function PropertyList({ customerId }: { customerId: string }): ReactNode {
  const text = useText();
  const mayWrite = useMay('properties:write');
  const filter = useMemo(() => ({ customerId: { equals: customerId } }), [customerId]);
  const properties = useLiveList(PROPERTY_ROW, { filter, orderBy: byName });
  const units = useLiveList(UNIT_ROW, { filter, orderBy: byLabel });
  const [edited, setEdited] = useState<PropertyRowFragment | 'new' | null>(null);
  const { rows, status, error, changed } = properties;
  if (status === 'ended' && error) return <Failed error={error} />;
  if (status === 'loading' || status === 'idle') return <Loading />;
  const present = typeof edited === 'object' ? rows.find(({ id }) => id === edited?.id) : undefined;
  const create = mayWrite && (
    <Button onClick={() => setEdited('new')}>
      <Plus /> {text('properties.create')}
    </Button>
  );
  return (
    <>
      {rows.length === 0 ? (
        <Empty title="properties.none" hint="properties.noneHint" action={create} />
      ) : (
        <>
          {create && <div>{create}</div>}
          <div className={styles.list}>
            {rows.map((property) => (
              <Card
                key={property.id}
                title={property.name}
                actions={
                  mayWrite && <Button onClick={() => setEdited(property)}>{text('properties.edit')}</Button>
                }
              >
                <p className={styles.address}>{property.address}</p>
                <ul className={styles.units} aria-label={text('properties.units')}>
                  {units.rows
                    .filter(({ propertyId }) => propertyId === property.id)
                    .map(({ id, label, residentId }) => (
                      <li key={id} data-free={residentId === null}>
                        {label}
                        <span>{text(residentId === null ? 'units.free' : 'units.let')}</span>
                      </li>
                    ))}
                </ul>
              </Card>
            ))}
          </div>
        </>
      )}
      {edited && (
        <PropertyDialog
          customerId={customerId}
          property={edited === 'new' ? null : (present ?? edited)}
          by={typeof edited === 'object' ? changed.get(edited.id)?.by.name : null}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

const valuesOf = (property: PropertyRowFragment | null) => ({
  name: property?.name ?? '',
  address: property?.address ?? '',
});

function PropertyDialog({
  customerId,
  property,
  by,
  onClose,
}: {
  customerId: string;
  property: PropertyRowFragment | null;
  by: string | null | undefined;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const [create] = useMutation(CREATE);
  const [update] = useMutation(UPDATE);
  const { field, submit, fault, isSaving } = useEntityForm({
    row: property,
    by,
    valuesOf,
    save: async (changed, all, expectedVersion) => {
      const payload = property
        ? await update({ id: property.id, input: changed, expectedVersion })
        : await create({ input: { ...all, customerId } });
      return payload && { userErrors: payload.userErrors, row: payload.property };
    },
    onSaved: () => {
      toast(text('form.saved'), 'good');
      onClose();
    },
  });
  const isNeeded = { required: text('fault.required') };
  return (
    <FormDialog
      title={text(property ? 'properties.editTitle' : 'properties.create')}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <TextField label={text('properties.name')} {...field('name', isNeeded)} />
      <TextField label={text('properties.address')} {...field('address', isNeeded)} />
    </FormDialog>
  );
}
