import type { Attend } from './connection.ts';
import type { FeedTails } from './feed-tails.ts';
import type { RightsWatch } from './rights-watch.ts';

/**
 * Makes the way to put connections under the rights watch. The viewer's home feed is held for as long as it is
 * attended, whether the connection follows anything or not, because changes of its rights are written there.
 */
export function attendance(tails: FeedTails, watch: RightsWatch): Attend {
  return async (connection) => {
    const lease = connection.viewer && (await tails.hold(connection.viewer.homeFeed));
    const unwatch = watch.add(connection);
    const leave = () => {
      unwatch();
      lease?.release();
    };
    try {
      // What changed between the reading of the rights and this moment was told to nobody.
      await connection.refresh();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  };
}
