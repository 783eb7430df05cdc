import { isDeepStrictEqual } from 'node:util';
import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { nodesOf } from '../../core/feeds/node-facts.ts';
import { observeField } from '../../graph/events/observe-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { SystemHealth } from './health-types.graph.ts';
import { type KnownHealth, lastingOf, reasonsOf } from './judged-health.ts';
import { storedHealth } from './stored-health.ts';
import { mayReadHealth } from './system-health.access.ts';

// Invariants of this room: no node makes a query to say how it is; what the database says is read only for those who ask,
// once a second at most on each node, and costs the same whatever is stored; no name of a tenant or a user is in it.

builder.queryField('systemHealth', (t) =>
  t.field({
    type: SystemHealth,
    rule: mayReadHealth,
    description:
      'How the installation is: its nodes, database, Redis, due work, webhooks and e-mails, and an overall state with its reasons.',
    extensions: { statements: 1 },
    resolve: async (_root, _args, { db, nodes }): Promise<KnownHealth> => {
      const [all, stored] = await Promise.all([nodes.all(), storedHealth(db)]);
      return { nodes: all, stored };
    },
  }),
);

observeField('systemHealthChanged', {
  type: SystemHealth,
  description:
    'Emits `systemHealth`, and then every change of it that the beat of a node finds, at most once a second. Latencies, the use of pools and the size of the log alone are no change.',
  args: () => ({}),
  spec: {
    rule: mayReadHealth,
    feed: () => PLATFORM_FEED,
    set: nodesOf,
    look: async ({ db, nodes }, _feed, _args, seen: object | undefined) => {
      const known = { nodes: await nodes.latest(), stored: await storedHealth(db) };
      const now = { lasting: lastingOf(known), reasons: reasonsOf(known) };
      return { value: isDeepStrictEqual(now, seen) ? null : known, seen: now };
    },
  },
});
