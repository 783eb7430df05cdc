import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import { openEventStream } from '../support/event-stream.ts';
import { hire, type Tenant } from '../support/people.ts';
import type { Site } from '../support/site.ts';
import { openSocketStream } from '../support/socket-stream.ts';
import type { OpenStream } from '../support/stream.ts';
import type { Balancer } from './balancer.ts';
import type { Orders } from './direct-writers.ts';
import { Follower } from './follower.ts';
import { FrailNetwork } from './frail-network.ts';
import type { Ledger } from './ledger.ts';
import { SlowReader } from './slow-reader.ts';
import { TemporaryReader } from './temporary-reader.ts';
import { Writer } from './writer.ts';

const WRITERS = ['ada', 'bob', 'cy', 'dot', 'eve', 'fay', 'gus', 'hal'];
const DIRECT_WRITERS = 2;

export interface CastParts {
  readonly site: Site;
  readonly tenants: readonly Tenant[];
  /** A user who sees every tenant. */
  readonly root: Api;
  readonly balancer: Balancer;
  readonly ledger: Ledger;
  readonly dice: Dice;
}

/** The clients that take part, and the means to disturb them. */
export interface Cast {
  readonly followers: readonly Follower[];
  /** The clients whose connections can be cut without interfering with another fault of theirs. */
  readonly cuttable: readonly Follower[];
  readonly networks: readonly FrailNetwork[];
  readonly slowReaders: readonly SlowReader[];
  /** The clients that lose a permission during a failover of Redis; none without one. */
  readonly readers: readonly TemporaryReader[];
  readonly writers: readonly Writer[];
}

/** Brings together the staff of all tenants, who subscribe, and the writers over HTTP. */
export async function gatherCast(parts: CastParts): Promise<Cast> {
  const staff = await Promise.all(parts.tenants.map((tenant) => gatherStaff(tenant, parts)));
  const readers = parts.site.backing ? await gatherReaders(parts) : [];
  return {
    followers: [
      ...staff.flatMap(({ slow, others }) => [slow, ...others]),
      ...readers.map((reader) => reader.parts.follower),
    ],
    cuttable: staff.flatMap(({ others }) => others),
    networks: staff.map(({ network }) => network),
    slowReaders: staff.map(({ slowReader }) => slowReader),
    readers,
    writers: httpWriters(parts),
  };
}

/** The orders for the process of the direct writers; the embedded database admits no other process. */
export function directOrders(tenants: readonly Tenant[], seed: number): Orders {
  const named = tenants.map(({ id, name }) => ({ id, name }));
  return { names: WRITERS.slice(0, DIRECT_WRITERS), tenants: named, seed };
}

/** Seven clients: by both transports, with and without the right to read notes, and one from outside the tenant. */
async function gatherStaff(tenant: Tenant, { site, root, balancer, dice }: CastParts) {
  const { TENANT_ADMIN: admin, SUPPORT: support, CSR: csr } = tenant.staff;
  const network = await FrailNetwork.to(site.nodes);
  const follow = (role: string, api: Api, open: OpenStream): Follower => {
    const name = `${role} of ${tenant.name}`;
    const mayReadNotes = api !== csr;
    return new Follower({ name, api, tenant, open, balancer, dice: dice.of(name), mayReadNotes });
  };
  const neighbour = follow('admin', admin, openSocketStream);
  const slowReader = new SlowReader(neighbour);
  const slow = follow('admin who stops reading', admin, slowReader.open);
  const others = [
    neighbour,
    follow('support with a frail network', support, network.open),
    follow('CSR', csr, openSocketStream),
    follow('platform admin', root, openSocketStream),
    follow('admin by SSE', admin, openEventStream),
    follow('CSR by SSE', csr, openEventStream),
  ];
  return { slow, others, network, slowReader };
}

/** One for each tenant, by both transports in turn. */
function gatherReaders({ tenants, root, balancer, dice }: CastParts): Promise<TemporaryReader[]> {
  return Promise.all(
    tenants.map(async (tenant, index) => {
      const name = `temporary reader of ${tenant.name}`;
      const email = `temporary@${tenant.name.toLowerCase()}.test`;
      const place = { tenantId: tenant.id, role: 'CSR', permissions: ['notes:read'] } as const;
      const { userId, api } = await hire(root, { ...place, email, name });
      const open = index % 2 === 0 ? openSocketStream : openEventStream;
      const parts = { name, api, tenant, open, balancer, mayReadNotes: true, withdrawnFrom: userId };
      const follower = new Follower({ ...parts, dice: dice.of(name) });
      return new TemporaryReader({ follower, userId, root, balancer, dice: dice.of(`end of ${name}`) });
    }),
  );
}

function httpWriters({ site, tenants, balancer, ledger, dice }: CastParts): Writer[] {
  const places = tenants.map((tenant) => ({ tenant, stock: new Map<string, number>() }));
  return WRITERS.slice(site.backing ? DIRECT_WRITERS : 0).flatMap((name, index) => {
    const place = places[index % places.length];
    return place ? new Writer({ name, ...place, balancer, ledger, dice: dice.of(name) }) : [];
  });
}
