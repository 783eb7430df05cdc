import { randomUUID } from 'node:crypto';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { sparingLog } from '../../core/process/sparing-log.ts';
import type { WebhookStatus } from '../../generated/prisma/enums.ts';
import { BackgroundLoop } from '../../lib/background-loop.ts';
import { webhookEntity } from '../../modules/webhooks/webhooks.changes.ts';
import { type Leased, leaseWebhooks, releaseWebhooks } from './delivery-store.ts';
import { TenantPlaces } from './tenant-places.ts';
import { type SessionParts, WebhookSession } from './webhook-session.ts';

/** The pause between two looks: with the lease, a node that is lost is replaced within some seconds. */
const POLL_MS = 2_500;
const UNAVAILABLE_MS = 1_000;
/** The pause between two counts of the webhooks that are stopped. */
const COUNT_MS = 60_000;
/** The webhooks that a node runs at most. */
const MAX_WEBHOOKS = 1_000;

export interface WebhookRunnerParts extends Omit<SessionParts, 'nodeId' | 'places' | 'onFault'> {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'webhookAttempts' | 'webhooksStopped'>;
}

/**
 * Runs webhooks. Every node has a runner, and each webhook runs on one node, which holds a lease of it: idle webhooks cost
 * one statement of each node in a while. A node that is lost loses its leases, and another one continues at the positions
 * and with the deliveries in the database. What it had begun is sent again, with the same ids.
 */
export class WebhookRunner {
  readonly #parts: WebhookRunnerParts;
  readonly #nodeId = randomUUID();
  readonly #places = new TenantPlaces();
  readonly #sessions = new Map<string, WebhookSession>();
  readonly #ending = new Set<Promise<void>>();
  readonly #loop: BackgroundLoop;
  readonly #onFault: (error: unknown) => void;
  #stopped: ReadonlyMap<WebhookStatus, number> = new Map();
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: WebhookRunnerParts) {
    this.#parts = parts;
    const logFault = sparingLog((fields) => parts.log.error(fields, 'webhook failed: it is tried again'));
    this.#onFault = (error) => logFault({ err: error });
    for (const status of ['PAUSED', 'DISABLED'] as const)
      parts.metrics.webhooksStopped[status].read = () => this.#stopped.get(status) ?? 0;
    this.#loop = new BackgroundLoop(
      () => this.#goRound(),
      (error) => {
        parts.log.warn({ err: error }, 'webhooks wait: database unavailable');
        return UNAVAILABLE_MS;
      },
    );
  }

  start(): void {
    this.#loop.start();
  }

  /** Called with changes that this node has written: a webhook that was changed here need not wait for the next look. */
  notice(changes: readonly { readonly entity: string }[]): void {
    if (changes.some(({ entity }) => entity === webhookEntity.name)) this.#loop.nudge();
  }

  /** Waits for the attempts that run, and gives the webhooks to other nodes. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    const ids = [...this.#sessions.keys()];
    for (const id of ids) this.#end(id);
    await Promise.all(this.#ending);
    await releaseWebhooks(this.#parts.prisma, this.#nodeId, ids).catch(this.#onFault);
  }

  async #goRound(): Promise<number> {
    const { prisma } = this.#parts;
    const leased = await leaseWebhooks(prisma, this.#nodeId, MAX_WEBHOOKS);
    const wanted = new Map(leased.map((one) => [one.webhookId, one]));
    for (const [id, { webhook }] of this.#sessions)
      if (wanted.get(id)?.version !== webhook.version) this.#end(id);
    const missing = leased.filter(({ webhookId }) => !this.#sessions.has(webhookId));
    await this.#begin(missing);
    for (const { webhookId, isDue } of leased) this.#sessions.get(webhookId)?.look(isDue);
    await this.#countStopped();
    return POLL_MS;
  }

  async #countStopped(): Promise<void> {
    if (performance.now() - this.#countedAt < COUNT_MS) return;
    const counts = await this.#parts.prisma.webhook.groupBy({ by: 'status', _count: true });
    this.#stopped = new Map(counts.map(({ status, _count }) => [status, _count]));
    this.#countedAt = performance.now();
  }

  async #begin(missing: readonly Leased[]): Promise<void> {
    if (missing.length === 0) return;
    const parts = { ...this.#parts, nodeId: this.#nodeId, places: this.#places, onFault: this.#onFault };
    const ids = missing.map(({ webhookId }) => webhookId);
    for (const webhook of await this.#parts.prisma.webhook.findMany({ where: { id: { in: ids } } })) {
      const session: WebhookSession = new WebhookSession(parts, webhook, () => {
        if (this.#sessions.get(webhook.id) === session) this.#sessions.delete(webhook.id);
      });
      this.#sessions.set(webhook.id, session);
    }
  }

  #end(id: string): void {
    const ending = this.#sessions
      .get(id)
      ?.stop()
      .finally(() => this.#ending.delete(ending as Promise<void>));
    this.#sessions.delete(id);
    if (ending) this.#ending.add(ending);
  }
}
