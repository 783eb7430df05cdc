import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { useEntityForm } from '../forms/entity-form.tsx';
import { TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { AccountFactsFragment } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { PaymentTable } from './payment-table.tsx';

const ACCOUNT = graphql(`
  fragment AccountFacts on Account {
    id
    version
    company
    contactName
    email
    phone
    status
    plan { id name }
  }
`);

const UPDATE = graphql(`
  mutation AccountPageUpdate($input: AccountUpdateInput!, $expectedVersion: Int, $idempotencyKey: String) {
    accountUpdate(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      account { ...AccountFacts }
      userErrors { code rule message path }
    }
  }
`);

const OWN_UNIT = graphql(`
  fragment OwnUnit on Unit { id version label place { propertyName address } }
`);

const BY_LABEL = { orderBy: [{ field: 'label' }] };

/** What a customer's own users see of their account: who they are here, their units and their payments. */
export function AccountPage(): ReactNode {
  const text = useText();
  const mayWrite = useMay('account:write');
  const mayReadPayments = useMay('payments:read');
  const { rows, status, error, changed } = useLiveList(ACCOUNT);
  const [isEditing, setEditing] = useState(false);
  const [account] = rows;
  if (status === 'ended' && error) return <Failed error={error} />;
  if (!account) {
    return status === 'loading' || status === 'idle' ? <Loading /> : <Empty title="notHere.title" />;
  }
  return (
    <Page
      title={text('menu.ownAccount')}
      lead={account.company}
      actions={mayWrite && <Button onClick={() => setEditing(true)}>{text('account.edit')}</Button>}
    >
      <Card title={account.company} actions={<Badge of="CustomerStatus" value={account.status} />}>
        <Facts
          facts={[
            { label: text('customers.contactName'), value: account.contactName },
            ...(account.email ? [{ label: text('customers.email'), value: account.email }] : []),
            ...(account.phone ? [{ label: text('customers.phone'), value: account.phone }] : []),
            { label: text('customers.plan'), value: account.plan?.name ?? text('customers.noPlan') },
          ]}
        />
      </Card>
      <OwnUnits />
      {mayReadPayments && <PaymentTable />}
      {isEditing && (
        <AccountDialog
          account={account}
          by={changed.get(account.id)?.by.name}
          onClose={() => setEditing(false)}
        />
      )}
    </Page>
  );
}

function OwnUnits(): ReactNode {
  const text = useText();
  const { rows, status } = useLiveList(OWN_UNIT, BY_LABEL);
  if (status === 'ended' || rows.length === 0) return null;
  return (
    <Card title={text('account.units')}>
      <Facts
        facts={rows.map(({ label, place }) => ({
          label,
          value: place && `${place.propertyName}, ${place.address}`,
        }))}
      />
    </Card>
  );
}

const valuesOf = (account: AccountFactsFragment | null) => ({
  company: account?.company ?? '',
  contactName: account?.contactName ?? '',
  email: account?.email ?? '',
  phone: account?.phone ?? '',
});

function AccountDialog({
  account,
  by,
  onClose,
}: {
  account: AccountFactsFragment;
  by: string | null | undefined;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const [update] = useMutation(UPDATE);
  const { field, submit, fault, isSaving } = useEntityForm({
    row: account,
    by,
    valuesOf,
    save: async (changed, _all, expectedVersion) => {
      const texts = Object.entries(changed).map(([name, value]) => [name, value || null]);
      const payload = await update({ input: Object.fromEntries(texts), expectedVersion });
      return payload && { userErrors: payload.userErrors, row: payload.account };
    },
    onSaved: () => {
      toast(text('form.saved'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog title={text('account.edit')} {...{ fault, isSaving, onClose }} onSubmit={submit}>
      <TextField
        label={text('customers.company')}
        {...field('company', { required: text('fault.required') })}
      />
      <TextField label={text('customers.contactName')} {...field('contactName')} />
      <TextField label={text('customers.email')} type="email" {...field('email')} />
      <TextField label={text('customers.phone')} type="tel" {...field('phone')} />
    </FormDialog>
  );
}
