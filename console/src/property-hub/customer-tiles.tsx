import type { ReactNode } from 'react';
import { useLiveQuery } from '../app/live-query.ts';
import { useText, useWord } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import { Tiles } from '../ui/page.tsx';

const STATS = graphql(`
  query CustomerTiles {
    customerStats { total byStatus { status count } }
  }
`);

const NOTHING = {};
const FOLLOWED = ['Customer'];

/** How many customers there are, and in which status; kept in step. */
export function CustomerTiles(): ReactNode {
  const text = useText();
  const word = useWord();
  const { data } = useLiveQuery(STATS, NOTHING, FOLLOWED);
  const stats = data?.customerStats;
  // Where there is no one tenant to count, the list says how many there are.
  if (!stats) return null;
  return (
    <Tiles
      tiles={[
        { label: text('customers.total'), value: stats.total },
        ...stats.byStatus.map(({ status, count }) => ({
          label: word('CustomerStatus', status),
          value: count,
        })),
      ]}
    />
  );
}
