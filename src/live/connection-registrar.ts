import type { RegisterConnection } from './client-connection.ts';
import type { ConnectionLeases } from './connection-leases.ts';
import type { FeedTails } from './feed-tails.ts';
import type { RightsWatch } from './rights-watch.ts';

/**
 * Makes the way to put connections under the rights watch, and ends those of which their user has too many. The
 * viewer's home feed is held for as long as it is attended, whether the connection follows anything or not, because
 * changes of its rights are written there.
 */
export function connectionRegistrar(
  tails: FeedTails,
  watch: RightsWatch,
  leases: ConnectionLeases,
): RegisterConnection {
  return async (connection) => {
    const undo: (() => void)[] = [];
    const leave = () => {
      for (const step of undo.splice(0)) step();
    };
    try {
      const { viewer } = connection;
      const release = viewer && (await leases.take(viewer.userId, connection.id));
      if (release) undo.push(release);
      else if (viewer) connection.end('TOO_MANY_CONNECTIONS');
      const tail = connection.viewer && (await tails.hold(connection.viewer.homeFeed));
      if (tail) undo.push(() => tail.release());
      undo.push(watch.add(connection));
      // What changed between the reading of the rights and this moment was told to nobody.
      await connection.refresh();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  };
}
