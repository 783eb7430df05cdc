import type { RedisServer } from '../../test/support/servers/redis-server.ts';

const OF_AN_INSTALLATION = /^(lockstep:[\w-]{22}:)./;

/** The names in Redis that were seen during the run: those of keys, i.e. counters and leases, and those of channels. */
export class RedisNames {
  /** The beginnings that name an installation. */
  readonly ofKeys = new Set<string>();
  readonly ofChannels = new Set<string>();
  /** The names that could be those of any installation. */
  readonly unmarked = new Set<string>();

  /** Adds the present names. */
  async look(redis: RedisServer): Promise<void> {
    this.#sort(await redis.command('KEYS', '*'), this.ofKeys);
    this.#sort(await redis.command('PUBSUB', 'CHANNELS'), this.ofChannels);
  }

  #sort(names: unknown, marks: Set<string>): void {
    for (const name of names as string[]) {
      const mark = OF_AN_INSTALLATION.exec(name)?.[1];
      if (mark) marks.add(mark);
      else this.unmarked.add(name);
    }
  }
}
