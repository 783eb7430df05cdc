import type { GraphQLSchema } from 'graphql';
import { messageOf } from '../../core/requests/fault.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import type { ClientConnection } from '../../live/connections/client-connection.ts';
import { askedPause, MAX_ATTEMPTS, pauseAfter } from './backoff.ts';
import {
  type Claimed,
  claimDue,
  delay,
  endDelivered,
  endDelivery,
  keepClaim,
  unclaim,
} from './delivery-store.ts';
import type { TenantPlaces } from './tenant-places.ts';
import { type AttemptParts, keepNotExecuted, type Sent, send } from './webhook-attempt.ts';
import { bodyOfEvent, bodyOfNotice } from './webhook-body.ts';
import { DocumentRefused, type PreparedDocument, requireReadable } from './webhook-document.ts';
import {
  noteFailure,
  noteSuccess,
  type Stop,
  stopWebhook,
  type WebhookStatusParts,
} from './webhook-status.ts';
import { eventAt, type WebhookStreamParts } from './webhook-stream.ts';

/** So many deliveries of a webhook are under way; so few while its endpoint fails, as each may take its whole time. */
const PARALLEL = 8;
const PARALLEL_WHILE_FAILING = 2;
/** A body that takes longer to make is claimed again: the claim has to outlast the request. */
const SLOW_MS = 2_000;

export interface SenderParts extends AttemptParts, WebhookStreamParts, WebhookStatusParts {
  readonly schema: GraphQLSchema;
  readonly nodeId: string;
  readonly places: TenantPlaces;
  readonly onFault: (error: unknown) => void;
}

/**
 * Sends the deliveries of one webhook that are due, several at a time and one of each entity. Each attempt makes the event
 * again, under the rights of that moment. What stops the webhook gives the delivery back, so nothing is dropped.
 */
export class WebhookSender {
  readonly #parts: SenderParts;
  readonly #webhook: Webhook;
  readonly #prepared: PreparedDocument;
  readonly #connection: ClientConnection;
  readonly #running = new Set<Promise<void>>();
  readonly #onStop: () => void;
  #pumping: Promise<void> | null = null;
  #isAskedAgain = false;
  #isFailing = false;
  #isStopped = false;

  /** `onStop` is called when an attempt has met what stops the webhook. */
  constructor(
    parts: SenderParts,
    webhook: Webhook,
    { prepared, connection }: { prepared: PreparedDocument; connection: ClientConnection },
    onStop: () => void,
  ) {
    this.#parts = parts;
    this.#webhook = webhook;
    this.#prepared = prepared;
    this.#connection = connection;
    this.#onStop = onStop;
  }

  /** Begins what is due and has room. */
  pump(): void {
    if (this.#isStopped) return;
    this.#isAskedAgain = true;
    this.#pumping ??= this.#claimAll()
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#pumping = null;
        if (this.#isAskedAgain) this.pump();
      });
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#pumping;
    await Promise.all(this.#running);
  }

  async #claimAll(): Promise<void> {
    const { prisma, nodeId, places } = this.#parts;
    const { id: webhookId, version, tenantId } = this.#webhook;
    while (this.#isAskedAgain && !this.#isStopped) {
      this.#isAskedAgain = false;
      const free = (this.#isFailing ? PARALLEL_WHILE_FAILING : PARALLEL) - this.#running.size;
      const granted = places.take(tenantId, Math.max(free, 0), () => this.pump());
      let claimed: readonly Claimed[] = [];
      try {
        if (granted > 0) claimed = await claimDue(prisma, { webhookId, version, nodeId }, granted);
      } finally {
        places.give(tenantId, granted - claimed.length);
      }
      for (const delivery of claimed) this.#begin(delivery, this.#isStopped);
    }
  }

  /** One that was claimed while the sender was stopped is given back: its connection ends, and with it the rights. */
  #begin(delivery: Claimed, isTooLate: boolean): void {
    const work = isTooLate ? unclaim(this.#parts.prisma, delivery) : this.#attempt(delivery);
    const run = work.catch(this.#parts.onFault).finally(() => {
      this.#running.delete(run);
      this.#parts.places.give(this.#webhook.tenantId, 1);
      this.pump();
    });
    this.#running.add(run);
  }

  async #attempt(delivery: Claimed): Promise<void> {
    const { prisma, onFault } = this.#parts;
    // Every attempt before has ended its process.
    if (delivery.attempts > MAX_ATTEMPTS) return endDelivery(prisma, delivery, 'EXHAUSTED');
    try {
      await this.#deliver(delivery);
    } catch (error) {
      onFault(error);
      await this.#fault(delivery);
    }
  }

  async #deliver(delivery: Claimed): Promise<void> {
    const { prisma } = this.#parts;
    const begun = performance.now();
    const body = await this.#bodyOf(delivery);
    if (!body) return;
    if (performance.now() - begun > SLOW_MS && !(await keepClaim(prisma, delivery))) return;
    const sent = await send(this.#parts, this.#webhook, delivery, body);
    this.#isFailing = sent.outcome !== 'DELIVERED';
    if (this.#isFailing) return this.#failed(delivery, sent);
    await endDelivered(prisma, delivery);
    await noteSuccess(this.#parts, this.#webhook);
  }

  /** The server has failed at a delivery: it is tried again like one that its endpoint has refused. */
  async #fault(delivery: Claimed): Promise<void> {
    await keepNotExecuted(this.#parts, delivery);
    await this.#retry(delivery, undefined);
  }

  /** Makes the body; null if there is nothing to send now. */
  async #bodyOf(delivery: Claimed): Promise<Buffer | null> {
    if (delivery.kind !== 'EVENT') return bodyOfNotice(delivery, this.#webhook);
    const { prisma } = this.#parts;
    if (!(await this.#isPermitted(delivery))) return null;
    const result = await eventAt(this.#parts, this.#prepared, this.#connection, delivery.cursor);
    switch (result.kind) {
      case 'EVENT':
        return bodyOfEvent(delivery, result.data);
      case 'POSITION':
        await endDelivery(prisma, delivery, 'WITHHELD');
        return null;
      case 'RESET':
        await endDelivery(prisma, delivery, 'EXHAUSTED');
        return null;
      case 'ERRORS': {
        const { cause: reason, message } = result;
        if (reason === 'LATER') await this.#fault(delivery);
        else await this.#stopAt(delivery, { status: 'PAUSED', reason, message });
        return null;
      }
    }
  }

  /** Whether the maker may still read all that the document asks for; if not, the webhook is stopped. */
  async #isPermitted(delivery: Claimed): Promise<boolean> {
    const { viewer } = this.#connection;
    try {
      if (viewer) requireReadable(this.#parts.schema, this.#prepared.execution.document, viewer);
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      await this.#stopAt(delivery, stopOf(error));
      return false;
    }
    if (!viewer) await this.#stopAt(delivery, { status: 'PAUSED', reason: 'NOT_PERMITTED', message: null });
    return viewer !== null;
  }

  async #failed(delivery: Claimed, { status, retryAfter }: Sent): Promise<void> {
    if (status === 410) return this.#stopAt(delivery, { status: 'DISABLED', reason: 'GONE', message: null });
    await this.#retry(delivery, retryAfter);
    await noteFailure(this.#parts, this.#webhook);
  }

  async #retry(delivery: Claimed, retryAfter: string | undefined): Promise<void> {
    const pause = pauseAfter(delivery.attempts, askedPause(retryAfter, new Date()));
    if (pause === null) await endDelivery(this.#parts.prisma, delivery, 'EXHAUSTED');
    else await delay(this.#parts.prisma, delivery, pause);
  }

  /** Ends the session in any case: if the webhook could not be stopped, the next one meets the same. */
  async #stopAt(delivery: Claimed, stop: Stop): Promise<void> {
    this.#isStopped = true;
    try {
      await stopWebhook(this.#parts, this.#webhook, stop);
    } finally {
      this.#onStop();
      await unclaim(this.#parts.prisma, delivery);
    }
  }
}

/** The stop of a webhook whose document its maker may not run. */
export function stopOf({ isOfRights, fault }: DocumentRefused): Stop {
  const reason = isOfRights ? 'NOT_PERMITTED' : 'DOCUMENT_INVALID';
  return { status: 'PAUSED', reason, message: messageOf(fault) };
}
