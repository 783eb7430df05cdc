import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** No plan passes the filter, so the webhook stays as it is while plans change. */
const DOCUMENT =
  'subscription ($tenantId: ID!) { planChanged(tenantId: $tenantId, filter: { not: {} }) { __typename } }';

/** A webhook to a port of this machine where no endpoint is. */
function webhookOf({ ids, text }: Pick<Place, 'ids' | 'text'>) {
  return {
    tenantId: ids.Tenant,
    name: text(),
    url: 'http://127.0.0.1:9/hook',
    document: `${DOCUMENT} # ${text()}`,
    variables: JSON.stringify({ tenantId: ids.Tenant }),
  };
}

const DELIVERIES =
  'query ($id: ID!) { webhookDeliveries(webhookId: $id, first: 1) { nodes { id attempts } } }';

interface Delivery {
  readonly id: string;
  readonly attempts: number;
}

/**
 * Finds the delivery of a test by the webhook of a place, and pauses the webhook: it would try again for days, and the walks
 * compare what is stored.
 */
async function aDelivery({ ids: { Webhook: id } }: Place, root: Person): Promise<string> {
  const found = async (): Promise<Delivery | undefined> =>
    (await root.ask(DELIVERIES, { id })).webhookDeliveries.nodes[0];
  let delivery = await found();
  if (delivery) return delivery.id;
  await mutate(root, 'webhookTest', { id });
  while (!delivery?.attempts) delivery = await found();
  await mutate(root, 'webhookPause', { id });
  return delivery.id;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Webhook',
      needs: ['Tenant'],
      create: (place) => ['webhookCreate', { input: webhookOf(place) }],
      change: (place) => ['webhookUpdate', { input: { name: place.text() } }],
      remove: 'webhookDelete',
    },
    { type: 'WebhookDelivery', needs: ['Webhook'], find: aDelivery },
  ],
  bounded: { 'WebhookDelivery.log': 'at most 20' },
  fleeting: {
    'WebhookFilter.apiTokenId': 'the samples make no webhook by an API token',
    'WebhookFilter.failingSince': 'no webhook of the samples fails for a day',
    'WebhookFilter.message': 'the webhooks of the samples are stopped without a message',
    'WebhookFilter.previousEndsAt': 'the secrets of the samples are not rotated',
    'WebhookFilter.replayedAt': 'the samples replay nothing',
  },
  async story({ run, root, keepSecret, ...place }) {
    const created = await run('webhookCreate', { input: webhookOf(place) }, root, 'webhookId secret');
    const id = created.webhookId;
    const moved = await run(
      'webhookUpdate',
      { id, input: { url: 'http://localhost:9/hook' } },
      root,
      'secret',
    );
    const next = await run('webhookRotateSecret', { id, overlapMinutes: 5 }, root, 'secret');
    const cursor = (
      await root.ask('query ($id: ID!) { tenant(id: $id) { feedCursor } }', { id: place.ids.Tenant })
    ).tenant.feedCursor;
    await run('webhookTest', { id });
    await run('webhookReplay', { id, after: cursor });
    await run('webhookPause', { id });
    await run('webhookResume', { id });
    await run('webhookPause', { id });
    await run('webhookDelete', { id });
    keepSecret(...[created.secret, moved.secret, next.secret].filter((one) => one != null));
  },
};
