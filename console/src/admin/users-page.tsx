import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import type { UserRowFragment } from '../gql/graphql.ts';
import { type Column, LiveTable } from '../live/live-table.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { FilterBar, FilterSelect, SearchBox } from '../ui/filter-bar.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { AttributesDialog } from './attributes-dialog.tsx';
import { UserDialog } from './user-dialog.tsx';

const USER_ROW = graphql(`
  fragment UserRow on User {
    id
    version
    name
    email
    role
    status
    department
    attributes
  }
`);

const ROLES = ['TENANT_ADMIN', 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'] as const;
const USUAL = { q: '', role: '', sort: 'name', direction: 'ASC' };

const COLUMNS: readonly Column<UserRowFragment>[] = [
  {
    field: 'name',
    header: 'users.name',
    width: 'minmax(150px, 1.4fr)',
    isSortable: true,
    cell: ({ name }) => <strong>{name}</strong>,
  },
  {
    field: 'role',
    header: 'users.role',
    width: '160px',
    isSortable: true,
    cell: ({ role }) => <Badge of="Role" value={role} />,
  },
  {
    field: 'status',
    header: 'users.status',
    width: '110px',
    isSortable: true,
    cell: ({ status }) => <Badge of="UserStatus" value={status} />,
  },
  {
    field: 'email',
    header: 'users.email',
    width: 'minmax(160px, 1.6fr)',
    isSortable: true,
    cell: ({ email }) => <span>{email}</span>,
  },
  {
    field: 'attributes',
    header: 'users.attributes',
    width: 'minmax(120px, 1.2fr)',
    cell: ({ attributes }) => <span>{attributes?.join(', ')}</span>,
  },
];

/** All users that the viewer may see, and what can be done with one of them or with all that are shown. */
export function UsersPage(): ReactNode {
  const text = useText();
  const word = useWord();
  const mayWrite = useMay('users:write');
  const [editedId, setEditedId] = useState<string | null>(null);
  const [isBulk, setBulk] = useState(false);
  const [{ q, role, sort, direction }, change] = useUrlState(USUAL);
  const asked = useMemo(
    () => ({
      filter: { ...(q && { name: { contains: q } }), ...(role && { role: { equals: role } }) },
      orderBy: [{ field: sort, direction: direction === 'DESC' ? ('DESC' as const) : ('ASC' as const) }],
    }),
    [q, role, sort, direction],
  );
  const list = useLiveList(USER_ROW, asked);
  const search = useCallback((typed: string) => change({ q: typed }), [change]);
  const edited = list.rows.find(({ id }) => id === editedId);
  return (
    <Page
      title={text('menu.users')}
      lead={text('users.lead')}
      actions={mayWrite && <Button onClick={() => setBulk(true)}>{text('users.changeAttributes')}</Button>}
    >
      <FilterBar>
        <SearchBox label={text('users.search')} value={q} onChange={search} />
        <FilterSelect
          label={text('users.role')}
          value={role}
          onChange={(value) => change({ role: value })}
          options={[
            { value: '', label: text('users.everyRole') },
            ...ROLES.map((value) => ({ value, label: word('Role', value) })),
          ]}
        />
      </FilterBar>
      <LiveTable
        label={text('menu.users')}
        list={list}
        columns={COLUMNS}
        of={JSON.stringify(asked)}
        sort={{ field: sort, direction: asked.orderBy[0]?.direction ?? 'ASC' }}
        onSort={(next) => change({ sort: next.field, direction: next.direction })}
        {...(mayWrite && { onOpen: ({ id }: UserRowFragment) => setEditedId(id) })}
        empty={<Empty title="users.noneFound" hint="users.noneFoundHint" />}
      />
      {edited && (
        <UserDialog
          user={edited}
          by={list.changed.get(edited.id)?.by.name}
          onClose={() => setEditedId(null)}
        />
      )}
      {isBulk && <AttributesDialog ids={list.rows.map(({ id }) => id)} onClose={() => setBulk(false)} />}
    </Page>
  );
}
