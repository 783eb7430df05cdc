import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo, useState } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { type Column, LiveTable } from '../live/live-table.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { FilterBar, FilterSelect } from '../ui/filter-bar.tsx';
import { Plus } from '../ui/icons.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { BY_TITLE, CONSENT_ROW, type ConsentRow, PURPOSE_ROW, STATE_TONES } from './consent-rows.ts';
import { RecordDialog } from './record-dialog.tsx';

const STATES = ['GRANTED', 'PENDING', 'REVOKED', 'EXPIRED'] as const;
const USUAL = { purpose: '', state: '' };
const LATEST_FIRST = [{ field: 'updatedAt' as const, direction: 'DESC' as const }];

/** The decisions of all subjects, for the staff that records what they say. */
export function ConsentsPage(): ReactNode {
  const text = useText();
  const word = useWord();
  const [{ purpose, state }, change] = useUrlState(USUAL);
  const [recorded, setRecorded] = useState<ConsentRow | 'new' | null>(null);
  const asked = useMemo(
    () => ({
      filter: {
        ...(purpose && { purposeId: { equals: purpose } }),
        ...(state && { state: { equals: state } }),
      },
      orderBy: LATEST_FIRST,
    }),
    [purpose, state],
  );
  const list = useLiveList(CONSENT_ROW, asked);
  const { rows: purposes } = useLiveList(PURPOSE_ROW, BY_TITLE);
  const isFiltered = purpose !== '' || state !== '';
  return (
    <Page
      title={text('menu.consents')}
      lead={text('consent.lead')}
      actions={
        <Button kind="primary" onClick={() => setRecorded('new')}>
          <Plus /> {text('consent.record')}
        </Button>
      }
    >
      <FilterBar>
        <FilterSelect
          label={text('consent.purpose')}
          value={purpose}
          options={[
            { value: '', label: text('consent.everyPurpose') },
            ...purposes.map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={(value) => change({ purpose: value })}
        />
        <FilterSelect
          label={text('consent.state')}
          value={state}
          options={[
            { value: '', label: text('consent.everyState') },
            ...STATES.map((value) => ({ value, label: word('ConsentState', value) })),
          ]}
          onChange={(value) => change({ state: value })}
        />
      </FilterBar>
      <LiveTable
        label={text('menu.consents')}
        list={list}
        columns={useColumns()}
        of={`${purpose} ${state}`}
        empty={
          <Empty
            title={isFiltered ? 'consent.noneFound' : 'consent.noneOfAll'}
            hint={isFiltered ? 'consent.noneFoundHint' : 'consent.noneOfAllHint'}
          />
        }
        onOpen={setRecorded}
      />
      {recorded && (
        <RecordDialog
          // The row as it is now, unless a filter has taken it out of the list.
          consent={recorded === 'new' ? null : (list.rows.find(({ id }) => id === recorded.id) ?? recorded)}
          purposes={purposes}
          onClose={() => setRecorded(null)}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<ConsentRow>[] {
  const text = useText();
  const word = useWord();
  return [
    {
      field: 'customerId',
      header: 'consent.subject',
      width: 'minmax(180px, 2fr)',
      cell: ({ customer, memberId }) => {
        const company = customer?.company ?? text('consent.hidden');
        return <strong>{memberId ? text('consent.member', { company }) : company}</strong>;
      },
    },
    {
      field: 'purposeId',
      header: 'consent.purpose',
      width: 'minmax(140px, 1.5fr)',
      cell: ({ purpose }) => purpose?.title ?? '–',
    },
    {
      field: 'state',
      header: 'consent.state',
      width: '150px',
      cell: ({ state }) => <Badge of="ConsentState" value={state} tone={STATE_TONES[state]} />,
    },
    {
      field: 'channel',
      header: 'consent.channel',
      width: '110px',
      cell: ({ channel }) => word('ConsentChannel', channel),
    },
    {
      field: 'updatedAt',
      header: 'consent.updatedAt',
      width: '190px',
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
    },
    {
      field: 'expiresAt',
      header: 'consent.expiresAt',
      width: '120px',
      cell: ({ expiresAt }) => <Time at={expiresAt} withTime={false} />,
    },
  ];
}
