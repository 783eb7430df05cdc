import { useLiveList } from '@lockstep/client/react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay } from '../app/viewer.tsx';
import { ConfirmDialog } from '../forms/confirm-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ArrowLeft } from '../ui/icons.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { CUSTOMER_ROW, type CustomerRow } from './customer.ts';
import { CustomerDialog } from './customer-dialog.tsx';
import { CustomerOverview } from './customer-overview.tsx';
import { PaymentTable } from './payment-table.tsx';
import { PropertyList } from './property-list.tsx';

const DELETE = graphql(`
  mutation CustomerPageDelete($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    customerDelete(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      customerId
      userErrors { code rule message path }
    }
  }
`);

const USUAL = { tab: 'overview' };

/** One customer with all that belongs to it, kept in step. */
export function CustomerPage(): ReactNode {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const asked = useMemo(() => ({ id }), [id]);
  const { rows, status, error, changed } = useLiveList(CUSTOMER_ROW, asked);
  const [row] = rows;
  const latest = useRef<CustomerRow | null>(null);
  if (row) latest.current = row;
  const text = useText();
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const known = row ?? (latest.current?.id === id ? latest.current : null);
  if (status === 'ended' && error) return <Failed error={error} />;
  if (!known && (status === 'loading' || status === 'idle')) return <Loading />;
  if (!known) return <Empty title="customers.gone" hint="customers.goneHint" action={<Back />} />;
  return (
    <>
      {row ? (
        <CustomerParts customer={row} onEdit={() => setDialog('edit')} onDelete={() => setDialog('delete')} />
      ) : (
        <Page title={text('customers.gone')} lead={text('customers.goneHint')} back={<Back />}>
          {null}
        </Page>
      )}
      {/* What was typed stays when the customer is gone. */}
      {dialog === 'edit' && (
        <CustomerDialog
          customer={known}
          by={changed.get(id)?.by.name}
          isGone={!row}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'delete' && row && <DeleteDialog customer={row} onClose={() => setDialog(null)} />}
    </>
  );
}

function CustomerParts({
  customer,
  onEdit,
  onDelete,
}: {
  customer: CustomerRow;
  onEdit: () => void;
  onDelete: () => void;
}): ReactNode {
  const text = useText();
  const mayWrite = useMay('customers:write');
  const tabs = [
    { name: 'overview', text: text('customer.overview'), isThere: true },
    { name: 'properties', text: text('customer.properties'), isThere: useMay('properties:read') },
    { name: 'payments', text: text('customer.payments'), isThere: useMay('payments:read') },
  ].filter(({ isThere }) => isThere);
  const [{ tab }, change] = useUrlState(USUAL);
  const chosen = tabs.some(({ name }) => name === tab) ? tab : 'overview';
  return (
    <Page
      title={customer.company}
      lead={<Badge of="CustomerStatus" value={customer.status} />}
      back={<Back />}
      actions={
        mayWrite && (
          <>
            <Button kind="bad" onClick={onDelete}>
              {text('customers.delete')}
            </Button>
            <Button kind="primary" onClick={onEdit}>
              {text('customers.edit')}
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={text('customer.tabs')}
        tabs={tabs}
        chosen={chosen}
        onChoose={(name) => change({ tab: name })}
      >
        {chosen === 'overview' && <CustomerOverview customer={customer} />}
        {chosen === 'properties' && <PropertyList customerId={customer.id} />}
        {chosen === 'payments' && <PaymentTable customerId={customer.id} />}
      </Tabs>
    </Page>
  );
}

function DeleteDialog({ customer, onClose }: { customer: CustomerRow; onClose: () => void }): ReactNode {
  const text = useText();
  const toast = useToast();
  const navigate = useNavigate();
  const [remove] = useAction(DELETE);
  const { id, company, version } = customer;
  return (
    <ConfirmDialog
      title={text('customers.deleteTitle')}
      question={text('customers.deleteQuestion', { company })}
      confirmText={text('customers.delete')}
      onClose={onClose}
      confirm={async () => {
        const isDone = await remove({ id, expectedVersion: version });
        if (isDone) {
          toast(text('customers.deleted', { company }), 'good');
          void navigate({ to: '/customers' as never });
        }
        return isDone;
      }}
    />
  );
}

function Back(): ReactNode {
  const text = useText();
  return (
    <Link to={'/customers' as never}>
      <ArrowLeft /> {text('customers.back')}
    </Link>
  );
}
