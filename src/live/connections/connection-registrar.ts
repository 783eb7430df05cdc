import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { TailRegistry } from '../tails/tail-registry.ts';
import type { RegisterConnection } from './client-connection.ts';
import type { ConnectionLeases } from './connection-leases.ts';
import type { LiveClients } from './live-clients.ts';
import type { RightsWatch } from './rights-watch.ts';

/**
 * Makes the function that registers connections with the rights watch, and ends a connection whose user has too many. A
 * registered connection holds the tails of its viewer's home feed and of the platform's, with or without subscriptions,
 * because changes of the viewer's rights are written there. All nodes learn that it is open.
 */
export function connectionRegistrar(
  tails: TailRegistry,
  watch: RightsWatch,
  leases: Pick<ConnectionLeases, 'take'>,
  clients: Pick<LiveClients, 'add'>,
): RegisterConnection {
  return async (connection) => {
    const undo: (() => void)[] = [];
    const unregister = () => {
      for (const step of undo.splice(0)) step();
    };
    try {
      const { viewer } = connection;
      const release = viewer && (await leases.take(viewer.userId, connection.id));
      if (release) undo.push(release);
      else if (viewer) connection.end('TOO_MANY_CONNECTIONS');
      for (const feed of connection.viewer ? [connection.viewer.homeFeed, PLATFORM_FEED] : []) {
        const tail = await tails.hold(feed);
        if (tail) undo.push(() => tail.release());
      }
      undo.push(watch.add(connection));
      // The watch did not know the connection when rights changed between their last read and now.
      await connection.refresh();
      undo.push(clients.add(connection));
    } catch (error) {
      unregister();
      throw error;
    }
    return unregister;
  };
}
