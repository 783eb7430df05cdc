import type { SendSignal, Signal } from '../../core/feeds/signal.ts';
import { type Typing, type Typist, typingIn } from '../../core/feeds/typing.ts';
import type { LeasedSets } from '../../signals/leased-sets.ts';

export interface TypistsParts {
  readonly sets: Pick<LeasedSets, 'node' | 'put' | 'remove' | 'latest'>;
  readonly send: SendSignal;
  readonly listen: (feed: string, heard: (signal: Signal) => void) => () => void;
}

/** The time for which one sign of a client counts: it repeats it while its user writes. */
const LASTS_MS = 5_000;
/** The signals of users who have stopped, for all nodes. */
const TYPING = 'typing';

/**
 * Tells all nodes who is writing, in a leased set for each tenant. A connection is one member at most, and so are, on each
 * node, all requests of a user without one: a client cannot fill the set.
 */
export class Typists implements Typing {
  readonly #parts: TypistsParts;
  /** The members of this node, by name. */
  readonly #told = new Map<string, { readonly typist: Typist; readonly forgetting: NodeJS.Timeout }>();
  readonly #stopListening: () => void;

  constructor(parts: TypistsParts) {
    this.#parts = parts;
    this.#stopListening = parts.listen(TYPING, ({ key }) => this.#endHere(key));
  }

  async latest(tenantId: string): Promise<readonly Typist[]> {
    const members = await this.#parts.sets.latest(typingIn(tenantId));
    return [...members.values()].flatMap(readTypist);
  }

  begin(typist: Typist, connectionId: string | null): void {
    const name = connectionId ?? `${typist.userId}@${this.#parts.sets.node}`;
    const before = this.#told.get(name);
    if (before && before.typist.tenantId !== typist.tenantId) this.left(name);
    if (before) clearTimeout(before.forgetting);
    const forgetting = setTimeout(() => this.left(name), LASTS_MS).unref();
    this.#told.set(name, { typist, forgetting });
    this.#parts.sets.put(typingIn(typist.tenantId), name, JSON.stringify(typist), LASTS_MS);
  }

  end(userId: string, conversationId: string): void {
    const key = keyOf({ userId, conversationId });
    this.#endHere(key);
    this.#parts.send({ feed: TYPING, name: 'ended', key, value: true });
  }

  /** Notes that a connection is gone, and its user with it. */
  left(name: string): void {
    const told = this.#told.get(name);
    if (!told) return;
    clearTimeout(told.forgetting);
    this.#told.delete(name);
    this.#parts.sets.remove(typingIn(told.typist.tenantId), name);
  }

  /** Stops to listen. */
  stop(): void {
    this.#stopListening();
    for (const { forgetting } of this.#told.values()) clearTimeout(forgetting);
    this.#told.clear();
  }

  #endHere(key: string): void {
    for (const [name, { typist }] of [...this.#told]) if (keyOf(typist) === key) this.left(name);
  }
}

function keyOf({ userId, conversationId }: Pick<Typist, 'userId' | 'conversationId'>): string {
  return `${userId}:${conversationId}`;
}

/** Reads a member; one that cannot be read is left out. */
function readTypist(value: string): Typist[] {
  try {
    return [JSON.parse(value) as Typist];
  } catch {
    return [];
  }
}
