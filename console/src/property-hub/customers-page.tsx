import { useLiveList } from '@lockstep/client/react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay } from '../app/viewer.tsx';
import { type Column, LiveTable } from '../live/live-table.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { FilterBar, FilterSelect, SearchBox } from '../ui/filter-bar.tsx';
import { Plus } from '../ui/icons.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { CUSTOMER_ROW, CUSTOMER_STATUSES, type CustomerRow } from './customer.ts';
import { CustomerDialog } from './customer-dialog.tsx';
import { CustomerTiles } from './customer-tiles.tsx';

const USUAL = { q: '', status: '', sort: 'company', direction: 'ASC' };

const COLUMNS: readonly Column<CustomerRow>[] = [
  {
    field: 'company',
    header: 'customers.company',
    width: 'minmax(180px, 2fr)',
    isSortable: true,
    cell: ({ company }) => <strong>{company}</strong>,
  },
  {
    field: 'status',
    header: 'customers.status',
    width: '120px',
    isSortable: true,
    cell: ({ status }) => <Badge of="CustomerStatus" value={status} />,
  },
  {
    field: 'contactName',
    header: 'customers.contactName',
    width: 'minmax(140px, 1.2fr)',
    isSortable: true,
    cell: ({ contactName }) => <span>{contactName}</span>,
  },
  {
    field: 'email',
    header: 'customers.email',
    width: 'minmax(160px, 1.6fr)',
    isSortable: true,
    cell: ({ email }) => <span>{email}</span>,
  },
  {
    field: 'plan',
    fields: ['planId'],
    header: 'customers.plan',
    width: '110px',
    cell: ({ plan }) => <span>{plan?.name}</span>,
  },
  {
    field: 'propertyCount',
    header: 'customers.propertyCount',
    width: '100px',
    isSortable: true,
    isNumber: true,
    cell: ({ propertyCount }) => <span>{propertyCount}</span>,
  },
];

/** All customers that the viewer may see: their numbers, and a live list that can be searched. */
export function CustomersPage(): ReactNode {
  const text = useText();
  const word = useWord();
  const navigate = useNavigate();
  const mayWrite = useMay('customers:write');
  const [isCreating, setCreating] = useState(false);
  const [{ q, status, sort, direction }, change] = useUrlState(USUAL);
  const asked = useMemo(
    () => ({
      filter: { ...(q && { company: { contains: q } }), ...(status && { status: { equals: status } }) },
      orderBy: [{ field: sort, direction: direction === 'DESC' ? ('DESC' as const) : ('ASC' as const) }],
    }),
    [q, status, sort, direction],
  );
  const list = useLiveList(CUSTOMER_ROW, asked);
  const search = useCallback((typed: string) => change({ q: typed }), [change]);
  const isFiltered = q !== '' || status !== '';
  return (
    <Page
      title={text('menu.customers')}
      lead={text('customers.lead')}
      actions={
        mayWrite && (
          <Button kind="primary" onClick={() => setCreating(true)}>
            <Plus /> {text('customers.create')}
          </Button>
        )
      }
    >
      <CustomerTiles />
      <FilterBar>
        <SearchBox label={text('customers.search')} value={q} onChange={search} />
        <FilterSelect
          label={text('customers.status')}
          value={status}
          onChange={(value) => change({ status: value })}
          options={[
            { value: '', label: text('customers.everyStatus') },
            ...CUSTOMER_STATUSES.map((value) => ({ value, label: word('CustomerStatus', value) })),
          ]}
        />
      </FilterBar>
      <LiveTable
        label={text('menu.customers')}
        list={list}
        columns={COLUMNS}
        of={JSON.stringify(asked)}
        sort={{ field: sort, direction: asked.orderBy[0]?.direction ?? 'ASC' }}
        onSort={(next) => change({ sort: next.field, direction: next.direction })}
        onOpen={({ id }) => void navigate({ to: `/customers/${id}` as never })}
        empty={
          isFiltered ? (
            <Empty title="customers.noneFound" hint="customers.noneFoundHint" />
          ) : (
            <Empty title="customers.none" hint="customers.noneHint" />
          )
        }
      />
      {isCreating && (
        <CustomerDialog
          customer={null}
          onClose={() => setCreating(false)}
          onSaved={(id) => id && void navigate({ to: `/customers/${id}` as never })}
        />
      )}
    </Page>
  );
}
