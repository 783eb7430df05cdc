import { LRUCache } from 'lru-cache';
import { inSpan, type NewSpan, type Tracing } from '../core/requests/tracing.ts';

/** The changes whose traces a node remembers. A change is executed within moments of its wake-up. */
const MAX_REMEMBERED = 4_096;
/** The subscriptions that take a change one by one, each with a span: more of them say nothing more. */
const MAX_TAKEN = 16;

/** The place in a trace where a mutation announced its changes, as a wake-up carries it. */
export interface Announced {
  /** As the header `traceparent` says it. */
  readonly parent: string;
  /** The changes, by their event ids. */
  readonly events: readonly string[];
}

type OnKnown = (parent: string) => void;

/**
 * Puts what a node does with a change into the trace of the mutation that made it. The trace travels in wake-ups and is
 * kept in memory: the log and its hashes know nothing of it. A wake-up may come after its change, when the log was read
 * because of an earlier one: spans that are not known yet where they belong wait for it. Of a change that no wake-up
 * announces, which the poll finds, nothing is recorded.
 */
export class ChangeTraces {
  readonly #tracing: Tracing;
  readonly #parents = new LRUCache<string, string>({ max: MAX_REMEMBERED });
  readonly #waiting = new LRUCache<string, OnKnown[]>({ max: MAX_REMEMBERED });
  readonly #taken = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  constructor(tracing: Tracing) {
    this.#tracing = tracing;
  }

  /** Notes where changes belong that a wake-up has brought. */
  learn({ parent, events }: Announced): void {
    const span = this.#tracing.begin(
      { name: 'receive changes', kind: 'consumer', attributes: messaging('receive', events.length) },
      parent,
    );
    span.end();
    if (!span.isRecorded) return;
    for (const event of events) {
      if (this.#parents.has(event)) continue;
      this.#parents.set(event, span.traceParent);
      for (const record of this.#waiting.get(event) ?? []) record(span.traceParent);
      this.#waiting.delete(event);
    }
  }

  /** Executes a change for a group; what it reads is read in the trace of the change. */
  async executing<Value>(event: string, execute: () => Promise<Value>): Promise<Value> {
    const parent = this.#parents.get(event);
    const span: NewSpan = { name: 'execute change', kind: 'internal', begunAt: Date.now() };
    if (parent) {
      const begun = this.#tracing.begin(span, parent);
      return inSpan(begun, execute).finally(() => begun.end());
    }
    return execute().finally(() => this.#record(event, span));
  }

  /** Notes that a change was pushed to the subscriptions of a group. */
  pushed(event: string, subscriptions: number): void {
    this.#record(event, delivery('push', subscriptions));
  }

  /** Notes that a subscription has taken a change by itself. */
  taken(event: string): void {
    const count = (this.#taken.get(event) ?? 0) + 1;
    this.#taken.set(event, count);
    if (count <= MAX_TAKEN) this.#record(event, delivery('take', 1));
  }

  /** Records a span that ends now, in the trace of the change as soon as that is known. */
  #record(event: string, span: NewSpan): void {
    const endedAt = Date.now();
    const record: OnKnown = (parent) => this.#tracing.begin(span, parent).end({ endedAt });
    const parent = this.#parents.get(event);
    if (parent) record(parent);
    else this.#waiting.set(event, [...(this.#waiting.get(event) ?? []), record]);
  }
}

/** The attributes of a message about changes. The feed is not among them: it is the id of a tenant. */
export function messaging(operation: 'publish' | 'receive' | 'push' | 'take', count: number) {
  return {
    'messaging.system': 'lockstep',
    'messaging.operation.name': operation,
    'messaging.destination.template': 'feed:{id}',
    'messaging.batch.message_count': count,
  };
}

function delivery(operation: 'push' | 'take', subscriptions: number): NewSpan {
  return {
    name: `${operation} change`,
    kind: 'producer',
    begunAt: Date.now(),
    attributes: { ...messaging(operation, 1), 'lockstep.subscriptions': subscriptions },
  };
}
