import { v7 as uuidv7 } from 'uuid';
import type { ChangeLog } from '../../changes/change-log.ts';
import type { CursorCodec } from '../../core/feeds/cursor.ts';
import type { Change } from '../../core/rows/change.ts';
import type { PrismaClient, Webhook } from '../../generated/prisma/client.ts';
import type { NewDelivery } from './delivery-store.ts';
import { typeNameOf, typeOfEvent, type WebhookResult } from './webhook-results.ts';

/** So many changes of one entity by the maker, within so long, are a loop. */
const LOOP_CHANGES = 50;
const LOOP_MS = 60_000;

export interface IntakeParts {
  readonly prisma: PrismaClient;
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
}

/** The deliveries of a turn of results, and the position after them. */
export interface Intake {
  readonly events: readonly NewDelivery[];
  /** Null: the turn had no position. */
  readonly cursor: string | null;
  /** The result at which the intake has to stop; null for none. */
  readonly stop: Extract<WebhookResult, { kind: 'ERRORS' }> | { readonly kind: 'LOOP' } | null;
}

/** Turns results of the subscription of a webhook into deliveries. It remembers the changes of a minute, to notice loops. */
export class WebhookIntake {
  readonly #parts: IntakeParts;
  readonly #webhook: Webhook;
  /** The times of the changes by the maker, by the entity. */
  readonly #own = new Map<string, number[]>();

  constructor(parts: IntakeParts, webhook: Webhook) {
    this.#parts = parts;
    this.#webhook = webhook;
  }

  async take(results: readonly WebhookResult[]): Promise<Intake> {
    const events: NewDelivery[] = [];
    let cursor: string | null = null;
    const changes = await this.#changesOf(results);
    const ownTokens = await this.#ownTokens([...changes.values()]);
    for (const result of results) {
      if (result.kind === 'ERRORS') return { events, cursor, stop: result };
      const change = isOfChange(result) ? changes.get(result.cursor) : undefined;
      const isOwn = change !== undefined && isBy(change, this.#webhook, ownTokens);
      if (isOwn && this.#isLoop(change)) return { events, cursor, stop: { kind: 'LOOP' } };
      const event = this.#deliveryOf(result, change, isOwn);
      if (event) events.push(event);
      cursor = result.cursor;
    }
    return { events, cursor, stop: null };
  }

  #deliveryOf(result: WebhookResult, change: Change | undefined, isOwn: boolean): NewDelivery | null {
    if (result.kind === 'RESET') return resetAt(result.cursor, this.#parts.cursors.decode(result.cursor).seq);
    if (!isOfChange(result) || !change || (isOwn && this.#webhook.ignoreOwnChanges)) return null;
    return deliveryOf(change, result.kind === 'EVENT' ? result.typeName : typeNameOf(change), result.cursor);
  }

  async #changesOf(results: readonly WebhookResult[]): Promise<ReadonlyMap<string, Change>> {
    const { changeLog, cursors } = this.#parts;
    const events = results.filter(isOfChange);
    const found = await Promise.all(
      events.map(async ({ cursor }) => {
        const { feed, seq } = cursors.decode(cursor);
        const [change] = await changeLog.read(feed, seq - 1, seq, 1);
        return change ? ([cursor, change] as const) : null;
      }),
    );
    return new Map(found.filter((one) => one !== null));
  }

  /** The API tokens of the maker among the authors. */
  async #ownTokens(changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const ids = changes.flatMap(({ actor }) => (actor.kind === 'API_TOKEN' && actor.id ? [actor.id] : []));
    if (ids.length === 0) return new Set();
    const { makerId: userId } = this.#webhook;
    const own = await this.#parts.prisma.apiToken.findMany({
      where: { id: { in: ids }, userId },
      select: { id: true },
    });
    return new Set(own.map(({ id }) => id));
  }

  #isLoop({ entityId, occurredAt }: Change): boolean {
    if (this.#webhook.ignoreOwnChanges) return false;
    const at = occurredAt.getTime();
    const recent = (this.#own.get(entityId) ?? []).filter((time) => at - time < LOOP_MS);
    recent.push(at);
    this.#own.delete(entityId);
    this.#own.set(entityId, recent);
    for (const [other, times] of this.#own) {
      if (at - (times.at(-1) ?? 0) < LOOP_MS) break;
      this.#own.delete(other);
    }
    return recent.length > LOOP_CHANGES;
  }
}

/** One that could not be made now gets a delivery, too: its attempts make it, and give it up if none can. */
function isOfChange(result: WebhookResult): result is Extract<WebhookResult, { kind: 'EVENT' | 'FAILED' }> {
  return result.kind === 'EVENT' || result.kind === 'FAILED';
}

function isBy({ actor }: Change, { makerId }: Webhook, ownTokens: ReadonlySet<string>): boolean {
  return actor.id !== null && (actor.id === makerId || ownTokens.has(actor.id));
}

function deliveryOf(change: Change, typeName: string, cursor: string): NewDelivery {
  const { eventId, entityId, seq: place, occurredAt } = change;
  return { kind: 'EVENT', eventId, entityId, type: typeOfEvent(typeName), cursor, place, occurredAt };
}

function resetAt(cursor: string, place: number): NewDelivery {
  const eventId = uuidv7();
  return {
    kind: 'RESET',
    eventId,
    entityId: null,
    type: 'feed.reset',
    cursor,
    place,
    occurredAt: new Date(),
  };
}
