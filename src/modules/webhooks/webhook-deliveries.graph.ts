import { type Context, requireViewer } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Where } from '../../core/rights/where.ts';
import type {
  WebhookAttempt as AttemptRow,
  WebhookDelivery as DeliveryRow,
} from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { loaderOf, rowLoader } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { KEPT_DAYS } from './kept-deliveries.ts';
import { isMaker, webhooks } from './webhooks.access.ts';

const webhookOfId = loaderOf(webhooks);

/** So many attempts of a delivery are listed: all of a round, and the last ones of the round before it. */
const MAX_LISTED = 20;
const OF_MAKER = 'Null if there is none, and to all but the maker of the webhook.';

enumType('WebhookDeliveryKind', 'Kind of a delivery.', {
  EVENT: 'An event of the subscription.',
  RESET:
    'Events before this one are lost, e.g. because the webhook was stopped for longer than changes are kept.',
  TEST: 'A test that a user has asked for.',
});

const WebhookDeliveryStatus = enumType('WebhookDeliveryStatus', 'Status of a delivery.', {
  PENDING: 'It waits for its next attempt, or for an earlier event of its entity.',
  DELIVERED: 'The endpoint has accepted it.',
  EXHAUSTED: 'Its last attempt has failed, or its change is no longer kept. A replay sends it again.',
  WITHHELD: 'The maker could not see the event when it was due.',
});

const WebhookOutcome = enumType('WebhookOutcome', 'Outcome of an attempt.', {
  DELIVERED: 'The endpoint answered with 2xx.',
  REFUSED: 'The endpoint answered with another status.',
  REDIRECTED: 'The endpoint answered with a redirect, which is not followed.',
  TIMED_OUT: 'The endpoint did not answer in time, or not to the end.',
  NOT_REACHED: 'There was no connection, or it broke.',
  NAME_NOT_FOUND: 'The name of the endpoint has no address.',
  TLS_REFUSED: 'The certificate of the endpoint is not valid.',
  ADDRESS_NOT_ALLOWED: 'The name of the endpoint leads to an address that is not public.',
  NOT_EXECUTED: 'The server failed at the event, before a request was sent.',
});

builder.prismaObject('WebhookAttempt', {
  description:
    'One attempt of a delivery: the request and its answer, cut to 4,096 bytes and without secrets.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the attempt.', resolve: ({ id }) => id }),
    number: t.int({
      description: 'Its number since the delivery was made or replayed.',
      resolve: ({ number }) => number,
    }),
    outcome: t.field({
      type: WebhookOutcome,
      description: 'The outcome.',
      resolve: ({ outcome }) => outcome,
    }),
    status: t.int({
      nullable: true,
      description: 'The status of the answer. Null without one.',
      resolve: ({ status }) => status,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ startedAt }) => startedAt,
    }),
    durationMs: t.int({
      description: 'The time that it took, in milliseconds.',
      resolve: ({ durationMs }) => durationMs,
    }),
    requestHeaders: t.string({
      nullable: true,
      description: `The headers of the request; most values are masked. ${OF_MAKER}`,
      resolve: ({ requestHeaders }) => requestHeaders,
    }),
    requestBody: t.string({
      nullable: true,
      description: `The body of the request. ${OF_MAKER}`,
      resolve: ({ requestBody }) => requestBody,
    }),
    answerHeaders: t.string({
      nullable: true,
      description: `The headers of the answer; most values are masked. ${OF_MAKER}`,
      resolve: ({ answerHeaders }) => answerHeaders,
    }),
    answerBody: t.string({
      nullable: true,
      description: `The body of the answer. ${OF_MAKER}`,
      resolve: ({ answerBody }) => answerBody,
    }),
  }),
});

/** The texts of attempts were made with the rights of the maker: other users could not have read them. */
const UNSEEN = { requestHeaders: null, requestBody: null, answerHeaders: null, answerBody: null };

/** The attempts of all deliveries of a page are read in one query. The deliveries themselves were found to be visible. */
const deliveryWithLog = rowLoader<DeliveryRow & { log: AttemptRow[] }>({
  find: (db, ids) =>
    db.webhookDelivery.findMany({
      where: { id: { in: ids } },
      include: { log: { orderBy: { id: 'desc' }, take: MAX_LISTED } },
    }),
  visibleTo: () => ({}),
});

async function logOf(ctx: Context, { id, webhookId }: DeliveryRow): Promise<AttemptRow[]> {
  const [found, webhook] = await Promise.all([deliveryWithLog(ctx, id), webhookOfId(ctx, webhookId)]);
  const log = found?.log ?? [];
  const isOfViewer = webhook !== null && isMaker(requireViewer(ctx).viewer, webhook);
  return isOfViewer ? log : log.map((attempt) => ({ ...attempt, ...UNSEEN }));
}

builder.prismaObject('WebhookDelivery', {
  description: 'An event that a webhook sends, with its attempts.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the delivery.', resolve: ({ id }) => id }),
    webhookId: t.id({ description: 'The webhook.', resolve: ({ webhookId }) => webhookId }),
    kind: t.field({
      type: 'WebhookDeliveryKind' as never,
      description: 'The kind.',
      resolve: ({ kind }) => kind as never,
    }),
    eventId: t.id({
      description: 'The id of the event, which is `webhook-id` in every attempt.',
      resolve: ({ eventId }) => eventId,
    }),
    entityId: t.id({
      nullable: true,
      description: 'The entity that has changed. Null for a reset or a test.',
      resolve: ({ entityId }) => entityId,
    }),
    type: t.string({ description: 'The type, e.g. `customer.updated`.', resolve: ({ type }) => type }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    status: t.field({
      type: WebhookDeliveryStatus,
      description: 'The status.',
      resolve: ({ status }) => status,
    }),
    attempts: t.int({
      description: 'The number of attempts since it was made or replayed.',
      resolve: ({ attempts }) => attempts,
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The earliest time of the next attempt. Null unless it is PENDING.',
      resolve: ({ status, nextAttemptAt }) => (status === 'PENDING' ? nextAttemptAt : null),
    }),
    hasGapBefore: t.boolean({
      description: 'Whether it told the endpoint that an earlier event of its entity was given up.',
      resolve: ({ hasGapBefore }) => hasGapBefore,
    }),
    replays: t.int({
      description: 'The number of times that it was asked for again.',
      resolve: ({ replays }) => replays,
    }),
    log: t.field({
      type: ['WebhookAttempt' as never],
      description: `Its attempts, the latest first: ${MAX_LISTED} at most.`,
      isPersonal: () => true,
      resolve: (delivery, _args, ctx) => logOf(ctx, delivery) as never,
    }),
  }),
});

builder.queryField('webhookDeliveries', (t) =>
  t.field({
    type: connectionOf('WebhookDelivery'),
    rule: webhooks.rule,
    description: `The deliveries of a webhook, the latest first. They are kept for ${KEPT_DAYS} days after their end.`,
    args: {
      webhookId: t.arg.id({ required: true, description: 'The webhook.', ...idOf('Webhook') }),
      status: t.arg({ type: WebhookDeliveryStatus, description: 'Only those of this status.' }),
      entityId: t.arg.id({ description: 'Only those of this entity.', ...idOf('Node') }),
      ...pageArgs(t.arg, { type: 'WebhookDelivery' }),
    },
    resolve: async (_root, { webhookId, status, entityId, ...args }, ctx) => {
      const webhook = await webhookOfId(ctx, String(webhookId));
      if (!webhook) throw noSuch('Webhook');
      const tests: Where<DeliveryRow>[] = [
        { webhookId: webhook.id },
        ...(status ? [{ status }] : []),
        ...(entityId ? [{ entityId: String(entityId) }] : []),
      ];
      return tablePage<DeliveryRow>(ctx, ctx.db.webhookDelivery, {
        args,
        order: [{ rows: 'WebhookDelivery', column: 'id', kind: 'id', direction: 'desc' }],
        where: { AND: tests },
        feed: webhook.tenantId,
      });
    },
  }),
);
