import { RequestError } from '../../core/requests/errors.ts';
import type { Identity } from '../../core/rights/identity.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import type { ClientConnection, RegisterConnection } from '../../live/connections/client-connection.ts';
import { advance, countWaiting } from './delivery-store.ts';
import { connectMaker } from './maker-connection.ts';
import {
  type DocumentParts,
  DocumentRefused,
  type PreparedDocument,
  prepareDocument,
} from './webhook-document.ts';
import { type Intake, type IntakeParts, WebhookIntake } from './webhook-intake.ts';
import { type SenderParts, stopOf, WebhookSender } from './webhook-sender.ts';
import { type Stop, stopWebhook } from './webhook-status.ts';
import { resultsAfter } from './webhook-stream.ts';

/** So many deliveries wait at most; what is after them stays in the log. */
const MAX_WAITING = 2_000;
/** A position without an event is written so seldom: after a restart, only what no one sees is read again. */
const POSITION_MS = 60_000;

export interface SessionParts extends SenderParts, IntakeParts, DocumentParts {
  readonly identity: Identity;
  readonly register: RegisterConnection;
}

/**
 * One webhook, as this node runs it: it subscribes as the maker from the position in the database, moves the position
 * together with the deliveries of what it received, and sends them. It ends when the webhook changes, stops or is another
 * node's; the next session continues at the position.
 */
export class WebhookSession {
  readonly webhook: Webhook;
  readonly #parts: SessionParts;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  #sender: WebhookSender | null = null;
  #onRoom: () => void = () => {};
  #positionAt = performance.now();

  constructor(parts: SessionParts, webhook: Webhook, onEnd: () => void) {
    this.#parts = parts;
    this.webhook = webhook;
    this.#done = this.#run().catch(parts.onFault).finally(onEnd);
  }

  /** Called now and then: sends what is due, and reads on if it waited for room and there is some. */
  look(isDue: boolean): void {
    if (isDue) this.#sender?.pump();
    this.#onRoom();
  }

  /** Ends the session when the attempts that run are over. */
  async stop(): Promise<void> {
    this.#end();
    await this.#done;
  }

  #end(): void {
    this.#abort.abort();
    this.#onRoom();
  }

  async #run(): Promise<void> {
    const { prisma, identity, register } = this.#parts;
    const progress = await prisma.webhookProgress.findFirst({ where: { webhookId: this.webhook.id } });
    if (!progress) return;
    let connection: ClientConnection | null = null;
    try {
      connection = await connectMaker(identity, register, this.webhook, progress.ip);
      const { viewer } = connection;
      if (!viewer) return await this.#halt(NOT_PERMITTED);
      const prepared = prepareDocument(this.#parts, this.webhook, viewer, this.webhook.tenantId);
      this.#sender = new WebhookSender(this.#parts, this.webhook, { prepared, connection }, () =>
        this.#end(),
      );
      this.#sender.pump();
      await this.#receive(prepared, connection, progress.cursor);
    } catch (error) {
      if (error instanceof DocumentRefused) await this.#halt(stopOf(error));
      else if (error instanceof RequestError && error.code === 'UNAUTHENTICATED')
        await this.#halt(NOT_PERMITTED);
      else throw error;
    } finally {
      await this.#sender?.stop();
      connection?.close();
    }
  }

  async #receive(prepared: PreparedDocument, connection: ClientConnection, from: string): Promise<void> {
    const intake = new WebhookIntake(this.#parts, this.webhook);
    let cursor = from;
    const { signal } = this.#abort;
    for await (const results of resultsAfter(this.#parts, prepared, connection, from, signal)) {
      if (signal.aborted) return;
      const taken = await intake.take(results);
      const moved = await this.#advance(cursor, taken);
      if (moved === null) return;
      cursor = moved;
      if (taken.events.length > 0) this.#sender?.pump();
      if (taken.stop) return this.#stopAt(taken.stop);
      if (taken.events.length > 0) await this.#room();
    }
  }

  /** Returns the position in the database after it; null if the webhook is no longer this node's. */
  async #advance(from: string, { cursor: to, events }: Intake): Promise<string | null> {
    const isTime = performance.now() - this.#positionAt >= POSITION_MS;
    if (to === null || to === from || (events.length === 0 && !isTime)) return from;
    const { prisma, nodeId } = this.#parts;
    if (!(await advance(prisma, { webhookId: this.webhook.id, nodeId, from, to }, events))) return null;
    this.#positionAt = performance.now();
    return to;
  }

  /** Waits while too many deliveries wait. */
  async #room(): Promise<void> {
    const { prisma } = this.#parts;
    while (
      !this.#abort.signal.aborted &&
      (await countWaiting(prisma, this.webhook.id, MAX_WAITING)) >= MAX_WAITING
    ) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  async #stopAt(stop: NonNullable<Intake['stop']>): Promise<void> {
    if (stop.kind === 'LOOP') return this.#halt({ status: 'PAUSED', reason: 'LOOP', message: null });
    const { cause: reason, message } = stop;
    if (reason !== 'LATER') await this.#halt({ status: 'PAUSED', reason, message });
  }

  async #halt(stop: Stop): Promise<void> {
    await stopWebhook(this.#parts, this.webhook, stop);
  }
}

const NOT_PERMITTED = { status: 'PAUSED', reason: 'NOT_PERMITTED', message: null } as const;
