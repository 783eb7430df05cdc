import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import type { CreateArgs } from '../../core/requests/command-args.ts';
import { createArgs, rowArgs, updateArgs } from '../../graph/commands/command-args.ts';
import { commandField, type Payload } from '../../graph/commands/command-field.ts';
import { deleteField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import type { Types } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { users } from '../users/users.access.ts';
import { OVERLAP_MINUTES, overlapMinutes, webhookCreateInput, webhookUpdateInput } from './webhook-input.ts';
import { replayWebhook, testWebhook } from './webhook-replays.commands.ts';
import { webhooks } from './webhooks.access.ts';
import {
  createWebhook,
  deleteWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateWebhookSecret,
  type ShownWebhook,
  updateWebhook,
} from './webhooks.commands.ts';

enumType('WebhookStatus', 'Status of a webhook. Its position is kept in each.', {
  ACTIVE: 'It sends.',
  PAUSED: 'It was stopped, and continues where it was when it is resumed.',
  DISABLED: 'Its endpoint has stopped it; it continues where it was when it is resumed.',
});

enumType('WebhookReason', 'Why a webhook is not ACTIVE.', {
  ASKED: 'A user has paused it.',
  DOCUMENT_INVALID: 'Its document is no longer valid, e.g. after an upgrade: update it.',
  NOT_PERMITTED: 'Its maker may no longer read what it asks for, or may no longer act.',
  LOOP: 'Its maker has changed one entity again and again: the endpoint seems to cause its own events.',
  GONE: 'The endpoint has answered with 410.',
  FAILING: 'No delivery has succeeded for 5 days.',
});

rowType('Webhook', webhooks, {
  description:
    'A stored subscription whose events are sent to a URL, signed as Standard Webhooks 1.0 says and at least once. Each attempt runs with the rights that its maker has at that moment.',
  columns: {
    tenantId: 'The tenant whose changes it sends.',
    apiTokenId:
      'The API token by which it was made, whose permissions narrow those of its user. Null without one.',
    name: 'The name, by which people know it.',
    url: 'Where events are sent.',
    document: 'The document of the subscription.',
    variables: 'The variables of the document, a JSON object as text.',
    ignoreOwnChanges: 'Whether changes that its maker has made are left out.',
    status: 'The status.',
    reason: 'Why it is not ACTIVE. Null while it is.',
    message: 'The reason in words. Null where `reason` says it all.',
    failingSince:
      'Since when nothing was delivered, once that has lasted for a day: after 5 days it is DISABLED. Null otherwise.',
    generation: 'The number of its present secret. Rotation increments it.',
    previousEndsAt:
      'Until when the secret before the present one signs, too. Null before the first rotation.',
    testedAt: 'When a test was last asked for. Null if none was.',
    replayedAt: 'When a replay was last asked for. Null if none was.',
  },
});

relationField('Webhook', 'maker', users, {
  description: 'The user with whose rights it runs. Null if the viewer may not see that user.',
  column: 'makerId',
});

const WebhookFilter = filterInput(webhooks, {
  name: 'By name.',
  url: 'By URL.',
  document: 'By document.',
  variables: 'By variables.',
  apiTokenId: { idOf: 'ApiToken', description: 'By the API token by which it was made.' },
  ignoreOwnChanges: 'By whether changes of its maker are left out.',
  status: 'By status.',
  reason: 'By the reason why it is not ACTIVE.',
  message: 'By the reason in words.',
  failingSince: 'By the time since when nothing was delivered.',
  generation: 'By the number of its present secret.',
  previousEndsAt: 'By the end of the secret before the present one.',
  testedAt: 'By the time of the last test.',
  replayedAt: 'By the time of the last replay.',
});

const WebhookOrder = orderInput(webhooks, ['name', 'asc'], {
  name: 'By name.',
  url: 'By URL.',
  ignoreOwnChanges: 'By whether changes of its maker are left out.',
  status: 'By status.',
  reason: 'By reason. Those that are ACTIVE come last, with DESC first.',
  failingSince: 'By the time since when nothing was delivered. Others come last, with DESC first.',
  generation: 'By the number of its present secret.',
  previousEndsAt: 'By the end of the older secret. Those never rotated come last, with DESC first.',
  testedAt: 'By the last test. Those without one come last, with DESC first.',
  replayedAt: 'By the last replay. Those without one come last, with DESC first.',
});

rowField('webhook', webhooks);

rowsField('webhooks', webhooks, { filter: WebhookFilter, order: WebhookOrder });

const rule = webhooks.writeRule;

/** The field of a payload that shows a new secret. */
function secretField(t: ObjectFieldBuilder<Types, Payload<ShownWebhook>>): FieldMap {
  return {
    secret: t.string({
      nullable: true,
      description:
        'The secret that signs, `whsec_…`. This answer alone shows it. Null if the mutation was refused, if the secret is the one before, and if the request is repeated under its key.',
      resolve: ({ done }) => done?.secret ?? null,
    }),
  };
}

commandField('webhookCreate', webhooks, createArgs(webhookCreateInput), {
  description:
    'Creates a webhook of the viewer, which sends what happens from now on. Its secret is in `secret`.',
  rule,
  run: (ctx, args) => createWebhook(ctx, args as CreateArgs<typeof webhookCreateInput>),
  extras: (t) => secretField(t),
});

commandField('webhookUpdate', webhooks, updateArgs(webhookUpdateInput), {
  description:
    'Changes the given fields of a webhook that the viewer has made. With a good document one that was stopped by its document continues where it was. Another host gets a new secret, in `secret`.',
  rule,
  run: (ctx, args) => updateWebhook(ctx, args as Parameters<typeof updateWebhook>[1]),
  extras: (t) => secretField(t),
});

deleteField('webhookDelete', webhooks, 'Deletes a webhook with the log of its deliveries.', deleteWebhook);

commandField('webhookPause', webhooks, rowArgs, {
  description: 'Pauses a webhook: it sends nothing, and its position is kept.',
  rule,
  run: pauseWebhook,
});

commandField('webhookResume', webhooks, rowArgs, {
  description: 'Has a webhook that the viewer has made continue where it was stopped, for whatever reason.',
  rule,
  run: resumeWebhook,
});

commandField('webhookTest', webhooks, rowArgs, {
  description:
    'Has an active webhook send an event of the type `webhook.test`, like any other. `webhookDeliveries` shows its outcome.',
  rule,
  run: testWebhook,
});

commandField(
  'webhookRotateSecret',
  webhooks,
  (arg, mutation) => ({
    ...rowArgs(arg, mutation),
    overlapMinutes: arg.int({
      description: `${overlapMinutes.description}, ${overlapMinutes.limits.join(', ')}; ${OVERLAP_MINUTES} by default.`,
    }),
  }),
  {
    description:
      'Gives a webhook a new secret, in `secret`. Meanwhile deliveries have two signatures, the newest first.',
    rule,
    run: (ctx, args) => rotateWebhookSecret(ctx, args),
    extras: (t) => secretField(t),
  },
);

commandField(
  'webhookReplay',
  webhooks,
  (arg, mutation) => ({
    ...rowArgs(arg, mutation),
    deliveryId: arg.id({ description: 'The delivery to send again.', ...idOf('WebhookDelivery') }),
    after: arg({ type: 'Cursor', description: 'Sends all events after this cursor of the feed again.' }),
    force: arg.boolean({ description: 'Sends the delivery also if it was delivered.' }),
  }),
  {
    description:
      'Sends one event of a webhook again, or all after a cursor, with the same ids. One that waits for a retry is tried now.',
    rule,
    run: (ctx, args) => replayWebhook(ctx, args),
  },
);

changeFields(webhooks, WebhookFilter, {
  created: 'webhookCreated',
  updated: 'webhookUpdated',
  deleted: 'webhookDeleted',
  all: 'webhookChanged',
});
