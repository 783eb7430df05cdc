import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { CustomerStatus } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { CUSTOMER_STATUSES, type CustomerRow } from './customer.ts';

const CREATE = graphql(`
  mutation CustomerDialogCreate($input: CustomerCreateInput!, $withContacts: Boolean!, $idempotencyKey: String) {
    customerCreate(input: $input, idempotencyKey: $idempotencyKey) {
      customer {
        id
        version
        company
        contactName
        status
        plan { id name }
        email @include(if: $withContacts)
        phone @include(if: $withContacts)
      }
      userErrors { code rule message path }
    }
  }
`);

const UPDATE = graphql(`
  mutation CustomerDialogUpdate(
    $id: ID!
    $input: CustomerUpdateInput!
    $expectedVersion: Int
    $withContacts: Boolean!
    $idempotencyKey: String
  ) {
    customerUpdate(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      customer {
        id
        version
        company
        contactName
        status
        plan { id name }
        email @include(if: $withContacts)
        phone @include(if: $withContacts)
      }
      userErrors { code rule message path }
    }
  }
`);

const PLAN_CHOICE = graphql(`
  fragment PlanChoice on Plan { id version name }
`);

const BY_NAME = { orderBy: [{ field: 'name' }] };

/** What a form needs of a customer. Those who may not read how to reach it do not change that either. */
type Edited = Pick<CustomerRow, 'version' | 'company' | 'contactName' | 'status' | 'plan'> &
  Partial<Pick<CustomerRow, 'id' | 'email' | 'phone'>>;

const valuesOf = (customer: Edited | null) => ({
  company: customer?.company ?? '',
  contactName: customer?.contactName ?? '',
  email: customer?.email ?? '',
  phone: customer?.phone ?? '',
  status: customer?.status ?? 'TRIAL',
  planId: customer?.plan?.id ?? '',
});

/** Creates a customer, or changes one while others may change it too. */
export function CustomerDialog({
  customer,
  by,
  onClose,
  onSaved,
}: {
  customer: CustomerRow | null;
  by?: string | null | undefined;
  onClose: () => void;
  onSaved?: (id: string | undefined) => void;
}): ReactNode {
  const text = useText();
  const word = useWord();
  const toast = useToast();
  const withContacts = useMay('contacts:read');
  const plans = useLiveList(PLAN_CHOICE, BY_NAME);
  const [create] = useMutation(CREATE);
  const [update] = useMutation(UPDATE);
  const { field, submit, fault, isSaving } = useEntityForm<Edited, ReturnType<typeof valuesOf>>({
    row: customer,
    by,
    valuesOf,
    save: async ({ status, ...changed }, all, expectedVersion) => {
      const texts = Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, value || null]));
      const input = { ...texts, ...(status && { status: status as CustomerStatus }) };
      const payload = customer
        ? await update({ id: customer.id, input, expectedVersion, withContacts })
        : await create({ input: { ...input, company: all.company }, withContacts });
      return payload && { userErrors: payload.userErrors, row: payload.customer };
    },
    onSaved: (saved) => {
      toast(text('form.saved'), 'good');
      onClose();
      onSaved?.(saved?.id);
    },
  });
  return (
    <FormDialog
      title={text(customer ? 'customers.edit' : 'customers.create')}
      {...{ fault, isSaving, onClose }}
      onSubmit={submit}
    >
      <TextField
        label={text('customers.company')}
        {...field('company', { required: text('fault.required') })}
      />
      {withContacts && (
        <>
          <TextField label={text('customers.contactName')} {...field('contactName')} />
          <TextField label={text('customers.email')} type="email" {...field('email')} />
          <TextField label={text('customers.phone')} type="tel" {...field('phone')} />
        </>
      )}
      <SelectField
        label={text('customers.status')}
        options={CUSTOMER_STATUSES.map((value) => ({ value, label: word('CustomerStatus', value) }))}
        {...field('status')}
      />
      {plans.rows.length > 0 && (
        <SelectField
          label={text('customers.plan')}
          options={[
            { value: '', label: text('customers.noPlan') },
            ...plans.rows.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          {...field('planId')}
        />
      )}
    </FormDialog>
  );
}
