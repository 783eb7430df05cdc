import { LIVE } from './live-table.ts';
import type { Stop } from './readable.ts';
import type { Socket } from './socket.ts';
import { openStream } from './stream.ts';

/** The owner of the changes to follow, for users who belong to several tenants. */
export interface SyncOwner {
  readonly tenantId?: string;
  readonly organizationId?: string;
}

const AT_MOST_EVERY_MS = 300;

/**
 * Reports of which of these entities something changed, at most every 300 ms and always the last time, too. After a reset
 * all of them count as changed.
 */
export function followTypes(
  socket: Socket,
  types: readonly string[],
  owner: SyncOwner,
  report: (types: readonly string[]) => void,
): Stop {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    const now = [...changed];
    changed.clear();
    report(now);
  };
  const owners = Object.entries(owner).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const declared = owners.map((name) => `$${name}:ID,`).join('');
  const handed = owners.map((name) => `${name}:$${name},`).join('');
  const stopping = new AbortController();
  const open = () => {
    if (stopping.signal.aborted) return;
    const stop = openStream(
      socket,
      {
        query: `subscription Sync(${declared}$types:[ChangeType!],$after:Cursor){changes(${handed}types:$types,after:$after){__typename}}`,
        variables: { ...owner, types: types.map(changeType) },
        hasPositions: true,
      },
      {
        item({ __typename }) {
          if (__typename === 'FeedPosition') return;
          const entity = types.find((type) => isEventOf(type, __typename));
          for (const type of entity ? [entity] : types) changed.add(type);
          timer ??= setTimeout(tell, AT_MOST_EVERY_MS);
        },
        lost() {},
        ended() {},
      },
    );
    stopping.signal.addEventListener('abort', stop);
  };
  // After this turn: StrictMode follows, ends that, and follows again within it.
  queueMicrotask(open);
  return () => {
    clearTimeout(timer);
    stopping.abort();
  };
}

function isEventOf(entity: string, event: string): boolean {
  const [, carriers = '', gone = ''] = LIVE[entity] ?? [];
  return `${carriers} ${gone}`.split(' ').includes(event);
}

/** The value of the enum ChangeType for an entity: `FileAccessPolicy` is FILE_ACCESS_POLICY. */
function changeType(entity: string): string {
  return entity.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
