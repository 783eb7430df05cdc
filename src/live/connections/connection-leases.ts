import type { Redis } from 'ioredis';
import type { Log } from '../../core/process/log.ts';

export interface ConnectionLeasesParts {
  /** The number of connections that a user may have on all nodes together. */
  readonly limit: number;
  /** Null if there is only one node. */
  readonly redis: Redis | null;
  readonly log: Log;
  /** The time for which the connections of a killed node are still counted. */
  readonly leaseMs?: number;
}

/** The scripts below, as methods of the client. */
interface LeaseCommands {
  takeLease(own: string, all: string, leaseMs: number, limit: number, connectionId: string): Promise<0 | 1>;
  countLeases(all: string): Promise<number>;
}

const LEASE_MS = 45_000;
const RENEWALS_PER_LEASE = 3;
/** The number of users whose leases are renewed in one request, so that Redis serves other requests in between. */
const BATCH = 500;

/** The key of the connections of all users. */
const ALL = 'connections';

// A sorted set for each user and one for all users: the connections by the time at which their leases end. The time is
// that of Redis, because the clocks of nodes differ.
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const TAKE = `${NOW}
  for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
  for _, key in ipairs(KEYS) do
    redis.call('ZADD', key, now + ARGV[1], ARGV[3])
    redis.call('PEXPIRE', key, ARGV[1])
  end
  return 1`;
const RENEW = `${NOW}
  for _, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    for i = 2, #ARGV do redis.call('ZADD', key, now + ARGV[1], ARGV[i]) end
    redis.call('PEXPIRE', key, ARGV[1])
  end`;
const COUNT = `${NOW}
  return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`;

/**
 * Counts the open connections of each user, and of all users, on all nodes together. Each connection has a lease in
 * Redis, which its node renews, so the leases of a killed node soon expire. No number is ever incremented, so none can
 * drift: a count is the number of leases that run. While Redis is unavailable each node counts its own connections: a
 * user may then have too many, but no connection is refused wrongly.
 */
export class ConnectionLeases {
  readonly #limit: number;
  readonly #redis: (Redis & LeaseCommands) | null;
  readonly #leaseMs: number;
  readonly #log: Log;
  readonly #renewing: NodeJS.Timeout | null;
  /**
   * By user and connection, the number of holders: a connection that is prolonged takes a lease before it releases the
   * old one.
   */
  readonly #held = new Map<string, Map<string, number>>();

  constructor({ limit, redis, log, leaseMs = LEASE_MS }: ConnectionLeasesParts) {
    this.#limit = limit;
    this.#leaseMs = leaseMs;
    this.#log = log;
    redis?.defineCommand('takeLease', { numberOfKeys: 2, lua: TAKE });
    redis?.defineCommand('renewLeases', { numberOfKeys: 2, lua: RENEW });
    redis?.defineCommand('countLeases', { numberOfKeys: 1, lua: COUNT });
    this.#redis = redis as (Redis & LeaseCommands) | null;
    const renew = () =>
      this.#renew().catch((error: Error) => log.debug({ err: error }, 'connection leases not renewed'));
    this.#renewing = redis && setInterval(renew, leaseMs / RENEWALS_PER_LEASE).unref();
  }

  /** Counts a connection until the returned function is called; null if its user has reached the limit. */
  async take(userId: string, connectionId: string): Promise<(() => void) | null> {
    const own = this.#held.get(userId) ?? new Map<string, number>();
    const holders = own.get(connectionId) ?? 0;
    if (holders === 0 && own.size >= this.#limit) return null;
    // Counted before the wait: otherwise connections that open at the same time would all find room.
    this.#held.set(userId, own.set(connectionId, holders + 1));
    const release = () => this.#release(userId, connectionId);
    if (holders > 0 || (await this.#isTaken(userId, connectionId))) return release;
    release();
    return null;
  }

  /** The number of open connections of all users on all nodes; on this node only, while Redis is unavailable. */
  async count(): Promise<number> {
    try {
      return (await this.#redis?.countLeases(ALL)) ?? this.#ownCount;
    } catch (error) {
      this.#log.debug({ err: error }, 'connections of this node counted only: Redis unavailable');
      return this.#ownCount;
    }
  }

  /** Stops renewing. */
  stop(): void {
    if (this.#renewing) clearInterval(this.#renewing);
  }

  get #ownCount(): number {
    return [...this.#held.values()].reduce((sum, own) => sum + own.size, 0);
  }

  async #isTaken(userId: string, connectionId: string): Promise<boolean> {
    try {
      const [own, leaseMs, limit] = [keyOf(userId), this.#leaseMs, this.#limit];
      const taken = await this.#redis?.takeLease(own, ALL, leaseMs, limit, connectionId);
      return taken !== 0;
    } catch (error) {
      this.#log.debug({ err: error }, 'connection counted on this node only: Redis unavailable');
      return true;
    }
  }

  #release(userId: string, connectionId: string): void {
    const own = this.#held.get(userId);
    const holders = own?.get(connectionId) ?? 0;
    if (holders > 1) {
      own?.set(connectionId, holders - 1);
      return;
    }
    own?.delete(connectionId);
    if (own?.size === 0) this.#held.delete(userId);
    // If Redis does not receive it, the lease expires.
    for (const key of [keyOf(userId), ALL]) this.#redis?.zrem(key, connectionId).catch(() => {});
  }

  async #renew(): Promise<void> {
    const users = [...this.#held];
    for (let first = 0; first < users.length; first += BATCH) {
      const commands = users
        .slice(first, first + BATCH)
        .map(([userId, own]) => ['renewLeases', keyOf(userId), ALL, this.#leaseMs, ...own.keys()]);
      await this.#redis?.pipeline(commands).exec();
    }
  }
}

function keyOf(userId: string): string {
  return `${ALL}:${userId}`;
}
