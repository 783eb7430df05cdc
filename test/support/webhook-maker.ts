import { codes, mutate } from './mutate.ts';
import type { Person, Variables } from './person.ts';

export const CUSTOMERS = `subscription { customerChanged { __typename
  ... on CustomerEvent { customer { id company } } ... on CustomerDeleted { customerId } } }`;

const LOG = `query ($id: ID!) { webhookDeliveries(webhookId: $id) { nodes {
  id eventId type status attempts replays hasGapBefore
  log { outcome status requestHeaders requestBody answerHeaders answerBody } } } }`;

/** A webhook of a test, with the position at which it was made. */
export interface TestWebhook {
  readonly id: string;
  readonly secret: string;
  readonly cursor: string;
}

/** Makes a webhook that follows customers, and sends also what its maker changes. */
export async function aWebhook(maker: Person, url: string, input: Variables = {}): Promise<TestWebhook> {
  const args = { input: { name: 'Ours', url, document: CUSTOMERS, ignoreOwnChanges: false, ...input } };
  const { webhookId: id, ...shown } = await mutate(maker, 'webhookCreate', args, 'webhookId secret cursor');
  return { id, ...shown };
}

/** The deliveries of a webhook, the latest first. */
export const logOf = async (who: Person, id: string) => (await who.ask(LOG, { id })).webhookDeliveries.nodes;

/** The state of a webhook. */
export const stateOf = async (who: Person, id: string) =>
  (await who.ask('query ($id: ID!) { webhook(id: $id) { status reason message version } }', { id })).webhook;

/** A webhook as its events show it. */
interface SeenWebhook {
  readonly id: string;
  readonly reason: string | null;
  readonly failingSince: string | null;
}

/** Waits for an event after a cursor in which a test holds for a webhook. */
export async function untilChanged(
  who: Person,
  { id }: TestWebhook,
  after: string,
  isIt: (webhook: SeenWebhook) => boolean,
  tenantId?: string,
): Promise<SeenWebhook> {
  const stream = who.follow(
    'subscription ($after: Cursor, $tenantId: ID) { webhookUpdated(after: $after, tenantId: $tenantId) { __typename ... on WebhookEvent { webhook { id reason failingSince } } } }',
    { after, tenantId },
  );
  for (;;) {
    const { webhook } = (await stream.change()) as unknown as { webhook: SeenWebhook };
    if (webhook.id === id && isIt(webhook)) return webhook;
  }
}

/** Waits for an event after a cursor that gives a webhook a reason to stop, and gives that. */
export async function untilStopped(
  who: Person,
  webhook: TestWebhook,
  after: string,
  tenantId?: string,
): Promise<string | null> {
  const isStopped = ({ reason }: SeenWebhook) => reason !== null && reason !== 'ASKED';
  return (await untilChanged(who, webhook, after, isStopped, tenantId)).reason;
}

/** Has the pauses of the retries of a webhook be over, without waiting for them; what is delivered meanwhile is left. */
export async function retryNow(who: Person, id: string): Promise<void> {
  for (const { status, id: deliveryId } of await logOf(who, id)) {
    if (status === 'PENDING') await codes(who, 'webhookReplay', { id, deliveryId });
  }
}
