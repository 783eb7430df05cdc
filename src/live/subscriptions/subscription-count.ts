import type { Metrics } from '../../core/process/metrics.ts';
import { RequestError } from '../../core/requests/errors.ts';
import type { ClientConnection } from '../connections/client-connection.ts';

type CountedEnd = keyof Metrics['followersEnded'];

/** Counts the subscriptions to feeds that run on this node, and the reasons for which they ended. */
export class SubscriptionCount {
  readonly #ended: Metrics['followersEnded'];
  #running = 0;

  constructor({ followers, followersEnded }: Metrics) {
    followers.read = () => this.#running;
    this.#ended = followersEnded;
  }

  /** Counts a subscription while it runs. Settles as `running` does. */
  async during(running: Promise<void>, connection: Pick<ClientConnection, 'endReason'>): Promise<void> {
    this.#running += 1;
    try {
      await running;
      this.#ended[connection.endReason ?? 'LEFT'].inc();
    } catch (error) {
      this.#ended[reasonOf(error)].inc();
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

const COUNTED_CODES = ['SUBSCRIPTION_REVOKED', 'MODULE_DISABLED', 'CURSOR_EXPIRED'] as const;

function reasonOf(error: unknown): CountedEnd {
  const code = error instanceof RequestError ? error.code : null;
  return COUNTED_CODES.find((one) => one === code) ?? 'FAILED';
}
