import type { Redis } from 'ioredis';
import type { Log } from '../core/log.ts';

export interface ConnectionLeasesParts {
  /** How many connections a user may have, over all nodes. */
  readonly limit: number;
  /** Null where there is one node. */
  readonly redis: Redis | null;
  readonly log: Log;
  /** How long the connections of a killed node are still counted. */
  readonly leaseMs?: number;
}

/** What the scripts below become as methods of the client. */
interface LeaseCommands {
  takeLease(key: string, leaseMs: number, limit: number, connectionId: string): Promise<0 | 1>;
}

const LEASE_MS = 45_000;
const RENEWALS_PER_LEASE = 3;
/** So many keys are renewed at a time that Redis is not held up for the others. */
const BATCH = 500;

// A sorted set for each user: connections by the time at which their leases end. Redis tells the time, as the clocks of
// nodes differ.
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const TAKE = `${NOW}
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return 1`;
const RENEW = `${NOW}
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

/**
 * Counts the open connections of each user over all nodes. Each connection has a lease in Redis, which its node renews
 * with those of all others, so that the connections of a killed node are soon counted no more. While Redis is away each
 * node counts its own: then somebody may have too many, and nobody is refused wrongly.
 */
export class ConnectionLeases {
  readonly #limit: number;
  readonly #redis: (Redis & LeaseCommands) | null;
  readonly #leaseMs: number;
  readonly #log: Log;
  readonly #renewing: NodeJS.Timeout | null;
  /** By user and connection, how often it is held: who prolongs one takes its lease anew before the old one is left. */
  readonly #held = new Map<string, Map<string, number>>();

  constructor({ limit, redis, log, leaseMs = LEASE_MS }: ConnectionLeasesParts) {
    this.#limit = limit;
    this.#leaseMs = leaseMs;
    this.#log = log;
    redis?.defineCommand('takeLease', { numberOfKeys: 1, lua: TAKE });
    redis?.defineCommand('renewLeases', { numberOfKeys: 1, lua: RENEW });
    this.#redis = redis as (Redis & LeaseCommands) | null;
    const renew = () =>
      this.#renew().catch((error: Error) => log.debug({ err: error }, 'connection leases not renewed'));
    this.#renewing = redis && setInterval(renew, leaseMs / RENEWALS_PER_LEASE).unref();
  }

  /** Counts a connection until the returned function is called; null if its user has as many as it may have. */
  async take(userId: string, connectionId: string): Promise<(() => void) | null> {
    const own = this.#held.get(userId) ?? new Map<string, number>();
    const holders = own.get(connectionId) ?? 0;
    if (holders === 0 && own.size >= this.#limit) return null;
    // Counted before the wait, or connections that open at once would all find room.
    this.#held.set(userId, own.set(connectionId, holders + 1));
    const release = () => this.#release(userId, connectionId);
    if (holders > 0 || (await this.#isTaken(userId, connectionId))) return release;
    release();
    return null;
  }

  /** Renews nothing any more. */
  stop(): void {
    if (this.#renewing) clearInterval(this.#renewing);
  }

  async #isTaken(userId: string, connectionId: string): Promise<boolean> {
    try {
      const taken = await this.#redis?.takeLease(keyOf(userId), this.#leaseMs, this.#limit, connectionId);
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
    // If it does not get there the lease runs out.
    this.#redis?.zrem(keyOf(userId), connectionId).catch(() => {});
  }

  async #renew(): Promise<void> {
    const users = [...this.#held];
    for (let first = 0; first < users.length; first += BATCH) {
      const commands = users
        .slice(first, first + BATCH)
        .map(([userId, own]) => ['renewLeases', keyOf(userId), this.#leaseMs, ...own.keys()]);
      await this.#redis?.pipeline(commands).exec();
    }
  }
}

function keyOf(userId: string): string {
  return `lockstep:connections:${userId}`;
}
