import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import type { PaymentRowFragment } from '../gql/graphql.ts';
import { type Column, LiveTable } from '../live/live-table.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/states.tsx';
import { Amount, Time } from '../ui/time.tsx';

const PAYMENT_ROW = graphql(`
  fragment PaymentRow on Payment {
    id
    version
    status
    amount { amountMinor currency }
    unit { id label }
    dueAt
    receivedAt
    method
    reference
    createdAt
  }
`);

const RECEIVE = graphql(`
  mutation PaymentTableReceive($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    paymentReceive(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      paymentId
      userErrors { code rule message path }
    }
  }
`);

const REFUND = graphql(`
  mutation PaymentTableRefund($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    paymentRefund(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      paymentId
      userErrors { code rule message path }
    }
  }
`);

const orderBy = [{ field: 'createdAt', direction: 'DESC' as const }];

/** The payments of a customer, or all of one's own, the newest first. */
export function PaymentTable({ customerId }: { customerId?: string }): ReactNode {
  const text = useText();
  const mayWrite = useMay('payments:write');
  const filter = useMemo(() => (customerId ? { customerId: { equals: customerId } } : {}), [customerId]);
  const list = useLiveList(PAYMENT_ROW, { filter, orderBy });
  const columns: readonly Column<PaymentRowFragment>[] = [
    {
      field: 'createdAt',
      header: 'payments.createdAt',
      width: '130px',
      cell: ({ createdAt }) => <Time at={createdAt} withTime={false} />,
    },
    {
      field: 'status',
      header: 'payments.status',
      width: '110px',
      cell: ({ status }) => <Badge of="PaymentStatus" value={status} />,
    },
    {
      field: 'unit',
      fields: ['unitId'],
      header: 'payments.unit',
      width: 'minmax(90px, 1fr)',
      cell: ({ unit }) => <span>{unit?.label}</span>,
    },
    {
      field: 'method',
      header: 'payments.method',
      width: 'minmax(120px, 1fr)',
      cell: ({ method }) => <Method of={method} />,
    },
    {
      field: 'reference',
      header: 'payments.reference',
      width: 'minmax(110px, 1fr)',
      cell: ({ reference }) => <span>{reference}</span>,
    },
    {
      field: 'amount',
      fields: ['amountMinor', 'currency'],
      header: 'payments.amount',
      width: '110px',
      isNumber: true,
      cell: ({ amount }) => (
        <span>
          <Amount of={amount} />
        </span>
      ),
    },
    ...(mayWrite
      ? [
          {
            field: 'act',
            header: 'payments.act' as const,
            width: '110px',
            cell: (row: PaymentRowFragment) => <PaymentAction payment={row} />,
          },
        ]
      : []),
  ];
  return (
    <LiveTable
      label={text('customer.payments')}
      list={list}
      columns={columns}
      of={JSON.stringify(filter)}
      empty={<Empty title="payments.none" hint="payments.noneHint" />}
    />
  );
}

function Method({ of }: { of: string | null | undefined }): ReactNode {
  const word = useWord();
  return <span>{of && word('PaymentMethod', of)}</span>;
}

/** The next step of a payment, if there is one. */
function PaymentAction({ payment: { id, version, status } }: { payment: PaymentRowFragment }): ReactNode {
  const text = useText();
  const [receive, isReceiving] = useAction(RECEIVE);
  const [refund, isRefunding] = useAction(REFUND);
  const given = { id, expectedVersion: version };
  if (status === 'PENDING') {
    return (
      <Button disabled={isReceiving} onClick={() => void receive(given)}>
        {text('payments.receive')}
      </Button>
    );
  }
  if (status !== 'RECEIVED') return null;
  return (
    <Button disabled={isRefunding} onClick={() => void refund(given)}>
      {text('payments.refund')}
    </Button>
  );
}
