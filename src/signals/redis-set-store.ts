import type { Redis } from 'ioredis';
import type { Member, SetContent, SetStore } from './set-store.ts';

/** The scripts below, as methods of the client. */
interface SetCommands {
  putMembers(
    index: string,
    own: string,
    leaseMs: number,
    node: string,
    ...members: string[]
  ): Promise<unknown>;
  removeMembers(index: string, own: string, node: string, ...names: string[]): Promise<unknown>;
  nodesOfSet(index: string): Promise<[now: string, ...nodes: string[]]>;
}

/** The members, or sets, of one command or pipeline, so that Redis serves other requests in between. */
const BATCH = 500;

// A sorted set for each set: its nodes by the ends of their leases. A hash for each set and node: the members, each as
// its own end, a bar and its value. The time is that of Redis, because the clocks of nodes differ.
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const PROLONG = `
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end`;
const PUT = `${NOW}
  for i = 3, #ARGV, 3 do
    local ends = '0'
    if ARGV[i + 1] ~= '' then ends = string.format('%.0f', now + ARGV[i + 1]) end
    redis.call('HSET', KEYS[2], ARGV[i], ends .. '|' .. ARGV[i + 2])
  end
  ${PROLONG}`;
const REMOVE = `
  for i = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
  if redis.call('HLEN', KEYS[2]) == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end`;
const RENEW = `${NOW}
  if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[3]) then return 0 end
  ${PROLONG}
  return 1`;
const LINGER = `${NOW}
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[2])`;
const NODES = `${NOW}
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  local nodes = redis.call('ZRANGE', KEYS[1], 0, -1)
  table.insert(nodes, 1, string.format('%.0f', now))
  return nodes`;

/** Keeps leased sets in Redis, for all nodes together. Throws while Redis is unavailable. */
export class RedisSetStore implements SetStore {
  readonly #redis: Redis & SetCommands;

  constructor(redis: Redis) {
    redis.defineCommand('putMembers', { numberOfKeys: 2, lua: PUT });
    redis.defineCommand('removeMembers', { numberOfKeys: 2, lua: REMOVE });
    redis.defineCommand('renewMembers', { numberOfKeys: 2, lua: RENEW });
    redis.defineCommand('lingerMembers', { numberOfKeys: 2, lua: LINGER });
    redis.defineCommand('nodesOfSet', { numberOfKeys: 1, lua: NODES });
    this.#redis = redis as Redis & SetCommands;
  }

  async put(set: string, node: string, members: ReadonlyMap<string, Member>, leaseMs: number): Promise<void> {
    for (const batch of batchesOf([...members])) {
      const words = batch.flatMap(([name, { value, lastsMs }]) => [name, lastsMs?.toString() ?? '', value]);
      await this.#redis.putMembers(indexOf(set), ownOf(set, node), leaseMs, node, ...words);
    }
  }

  async remove(set: string, node: string, names: readonly string[]): Promise<void> {
    for (const batch of batchesOf(names))
      await this.#redis.removeMembers(indexOf(set), ownOf(set, node), node, ...batch);
  }

  async renew(held: ReadonlyMap<string, number>, node: string, leaseMs: number): Promise<string[]> {
    const lost: string[] = [];
    for (const batch of batchesOf([...held])) {
      const commands = batch.map(([set, size]) => [
        'renewMembers',
        indexOf(set),
        ownOf(set, node),
        leaseMs,
        node,
        size,
      ]);
      const answers = await this.#pipelined(commands);
      lost.push(...batch.filter((_, at) => answers[at] !== 1).map(([set]) => set));
    }
    return lost;
  }

  async keepOnly(set: string, node: string, names: ReadonlySet<string>): Promise<void> {
    const stored = await this.#fieldsOf(ownOf(set, node));
    await this.remove(
      set,
      node,
      [...stored.keys()].filter((name) => !names.has(name)),
    );
  }

  async linger(sets: readonly string[], node: string, lingerMs: number): Promise<void> {
    for (const batch of batchesOf(sets)) {
      await this.#pipelined(
        batch.map((set) => ['lingerMembers', indexOf(set), ownOf(set, node), lingerMs, node]),
      );
    }
  }

  async read(set: string): Promise<SetContent> {
    const [now, ...nodes] = await this.#redis.nodesOfSet(indexOf(set));
    const members = new Map<string, string>();
    const ends: number[] = [];
    for (const node of nodes) {
      for (const [name, stored] of await this.#fieldsOf(ownOf(set, node))) {
        const bar = stored.indexOf('|');
        const leftMs = Number(stored.slice(0, bar)) - Number(now);
        const isTimed = !stored.startsWith('0|');
        if (isTimed && leftMs <= 0) continue;
        members.set(name, stored.slice(bar + 1));
        if (isTimed) ends.push(leftMs);
      }
    }
    return { members, nextEndMs: ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null };
  }

  /** Reads a hash in parts: one that is large would keep Redis from others for as long as it is read whole. */
  async #fieldsOf(key: string): Promise<Map<string, string>> {
    const fields = new Map<string, string>();
    let cursor = '0';
    do {
      const [next, words] = await this.#redis.hscan(key, cursor, 'COUNT', BATCH);
      for (let at = 0; at < words.length; at += 2) fields.set(words[at] ?? '', words[at + 1] ?? '');
      cursor = next;
    } while (cursor !== '0');
    return fields;
  }

  /** Runs commands in one request; throws the error of the first that failed. */
  async #pipelined(commands: (string | number)[][]): Promise<unknown[]> {
    const answers = (await this.#redis.pipeline(commands).exec()) ?? [];
    return answers.map(([error, answer]) => {
      if (error) throw error;
      return answer;
    });
  }
}

function batchesOf<Item>(all: readonly Item[]): Item[][] {
  const count = Math.ceil(all.length / BATCH);
  return Array.from({ length: count }, (_, at) => all.slice(at * BATCH, (at + 1) * BATCH));
}

function indexOf(set: string): string {
  return `sets:${set}`;
}

function ownOf(set: string, node: string): string {
  return `sets:${set}:${node}`;
}
