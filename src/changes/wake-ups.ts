import type { PubSubEngine } from 'graphql-subscriptions';
import type { Log } from '../core/process/log.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { currentSpan, withoutSpan } from '../core/requests/tracing.ts';
import { isErasure } from '../core/rows/actor.ts';
import type { Change } from '../core/rows/change.ts';
import { type Announced, type ChangeTraces, messaging } from './change-traces.ts';
import { MessageSigner, type SignedMessage } from './message-signer.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** So much may wait for Redis. */
const MAX_PENDING_BYTES = 8 * 1_024 * 1_024;
/** The approximate cost of a message without its text. */
const OVERHEAD_BYTES = 1_024;
const MAX_BODY_BYTES = 64 * 1024;
/** The changes of one wake-up that are traced; a bulk of thousands is not. */
const MAX_TRACED = 100;

interface Body {
  readonly feed: string;
  /** The epoch in which the changes have their numbers. */
  readonly epoch: string;
  /** Null if they are too large for a message or erase a person: the reader reads them from the log. */
  readonly changes: readonly StoredChange[] | null;
  /** Where the changes belong; absent if the writer is not traced. */
  readonly trace?: Announced;
}

/** The notification that a feed has grown. */
export interface WakeUp {
  /** Null if the message is forged. */
  readonly epoch: string | null;
  /** Empty if the reader must read the log. */
  readonly changes: readonly Change[];
}

export type OnWakeUp = (wakeUp: WakeUp) => void;

export interface WakeUpsParts {
  readonly engine: PubSubEngine;
  readonly key: Buffer;
  readonly entities: Entities;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null or absent where nothing is traced. */
  readonly traces?: ChangeTraces | null;
}

/**
 * Notifies every node, right after a commit, that a feed has grown. Pub/sub is at most once, so nothing depends on it:
 * a wake-up that is late, lost, duplicated or forged costs at most one read of the log. Wake-ups save that read,
 * because they carry the changes, signed.
 */
export class WakeUps {
  readonly #parts: WakeUpsParts;
  readonly #signer: MessageSigner;
  #pendingBytes = 0;

  constructor(parts: WakeUpsParts) {
    this.#parts = parts;
    this.#signer = new MessageSigner(parts.key);
  }

  /**
   * Announces changes of one feed. Returns immediately; if 8 MiB of wake-ups are unsent, further ones are dropped, and
   * the poll finds the changes.
   */
  send(feed: string, epoch: string, changes: readonly StoredChange[]): void {
    const { engine, log, metrics } = this.#parts;
    if (this.#pendingBytes >= MAX_PENDING_BYTES) {
      metrics.wakeUpsSent.dropped.inc();
      return;
    }
    const span = currentSpan()?.begin({
      name: 'publish changes',
      kind: 'producer',
      attributes: messaging('publish', changes.length),
    });
    const trace = span?.isRecorded && {
      trace: { parent: span.traceParent, events: changes.slice(0, MAX_TRACED).map(({ eventId }) => eventId) },
    };
    const message = this.#sign({ feed, epoch, changes, ...trace });
    const bytes = OVERHEAD_BYTES + 2 * message.body.length;
    this.#pendingBytes += bytes;
    engine
      .publish(channelOf(feed), message)
      .then(() => metrics.wakeUpsSent.sent.inc())
      .catch((error: Error) => {
        metrics.wakeUpsSent.failed.inc();
        log.debug({ feed, err: error }, 'wake-up not sent');
      })
      .finally(() => {
        this.#pendingBytes -= bytes;
        span?.end();
      });
  }

  /** Listens until the returned function is called. May take effect later, or never while pub/sub is unavailable. */
  listen(feed: string, onWakeUp: OnWakeUp): () => void {
    const { engine, log } = this.#parts;
    const subscribed = engine
      // In one process the writer calls: what its wake-up sets off is not its own work.
      .subscribe(
        channelOf(feed),
        (message: SignedMessage) => withoutSpan(() => onWakeUp(this.#open(feed, message))),
        {},
      )
      .catch((error: Error) => {
        log.warn({ feed, err: error }, 'not listening for wake-ups');
        return null;
      });
    let isListening = true;
    return () => {
      if (!isListening) return;
      isListening = false;
      void subscribed.then((id) => id !== null && engine.unsubscribe(id));
    };
  }

  #sign(body: Body): SignedMessage {
    const whole = JSON.stringify(body);
    // The old values of an erasure are those of the person: Redis does not learn them again.
    const isBare = whole.length > MAX_BODY_BYTES || body.changes?.some(isOfErasure);
    return this.#signer.sign(isBare ? JSON.stringify({ ...body, changes: null }) : whole);
  }

  #open(feed: string, message: SignedMessage): WakeUp {
    const { entities, log, metrics } = this.#parts;
    const text = this.#signer.verify(message);
    const body = text === null ? null : (JSON.parse(text) as Body);
    if (body?.feed !== feed) {
      metrics.wakeUpsReceived.forged.inc();
      log.warn({ feed }, 'forged wake-up ignored');
      return { epoch: null, changes: [] };
    }
    if (body.trace) this.#parts.traces?.learn(body.trace);
    const changes = body.changes?.every(isComplete) ? body.changes : null;
    metrics.wakeUpsReceived[changes ? 'full' : 'bare'].inc();
    return { epoch: body.epoch, changes: (changes ?? []).map((change) => revive(change, entities)) };
  }
}

function isOfErasure({ actorKind: kind, actorName: name }: StoredChange): boolean {
  return isErasure({ kind, name });
}

/** Nodes of an older version, which run beside this one during an update, do not say whose the actor is. */
function isComplete({ actorOfPlatform }: Partial<StoredChange>): boolean {
  return actorOfPlatform !== undefined;
}

function channelOf(feed: string): string {
  return `feed:${feed}`;
}
