import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Group } from '../groups/group.ts';
import type { Snapshot } from '../groups/snapshot.ts';
import { deliverInRoom } from '../streams/deliver-in-room.ts';
import type { Sink } from '../streams/payload.ts';
import type { CurrentGroup } from './current-group.ts';
import { retryUntilAborted } from './retry.ts';

const RETRY_S = 5;

const SNAPSHOT = sentences('TRY_AGAIN', {
  SNAPSHOT_DROPPED:
    'Too many clients read their snapshots slowly, so this one was dropped: subscribe again, and read faster or narrow the filter.',
});

export interface SnapshotParts {
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly inTurn: <Value>(work: () => Promise<Value>) => Promise<Value>;
  readonly onTrouble: (error: unknown) => void;
  /** Called for each page: the snapshot is still needed. */
  readonly onSnapshotUsed: (snapshot: Snapshot) => void;
  /** Has the viewer read again, after the rows, where the order of the rows and the changes of its rights is not known. */
  readonly refreshViewer: () => Promise<void>;
}

/** The rows that a client has received: those that the audience of a group saw at a position. */
interface Delivered {
  readonly group: Group;
  readonly seq: number;
}

/**
 * Delivers the rows that the viewer sees, in pages, at the client's pace. Returns null if it has to begin again: the
 * viewer has changed, or something was erased; or if the client has left. Between two pages it holds no turn.
 */
export async function deliverSnapshot(
  current: CurrentGroup,
  { sink, signal, inTurn, onTrouble, onSnapshotUsed, refreshViewer }: SnapshotParts,
): Promise<Delivered | null> {
  const read = async () => {
    const taken = await current.use(async (group) => ({ group, snapshot: await group.snapshot() }));
    await refreshViewer();
    return taken;
  };
  const taken = await retryUntilAborted(() => inTurn(read), { signal, onTrouble });
  if (!taken) return null;
  const { group, snapshot } = taken;
  for (let page = 1; ; page += 1) {
    onSnapshotUsed(snapshot);
    const render = () => current.use((its) => (its === group ? group.pageOf(snapshot, page) : null));
    // Rendered in turn, and then taken from what the group keeps. An error is thrown again there.
    await inTurn(() => render().catch(() => null));
    if (!(await deliverInRoom(sink, signal, render))) {
      if (snapshot.isDropped && !signal.aborted) throw dropped();
      return null;
    }
    if (snapshot.isLast(page)) return { group, seq: snapshot.seq };
  }
}

function dropped(): RequestError {
  return new RequestError(SNAPSHOT.SNAPSHOT_DROPPED(), RETRY_S);
}
