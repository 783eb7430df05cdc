import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import type { CreateArgs } from '../../core/requests/command-args.ts';
import { createArgs, rowArgs } from '../../graph/commands/command-args.ts';
import { commandField, type Payload } from '../../graph/commands/command-field.ts';
import { updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowLoader } from '../../graph/rows/loader.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import type { Types } from '../../graph/schema/builder.ts';
import { users } from '../users/users.access.ts';
import {
  apiTokenCreateInput,
  apiTokenUpdateInput,
  OVERLAP_MINUTES,
  overlapMinutes,
} from './api-token-input.ts';
import { apiTokens } from './api-tokens.access.ts';
import {
  createApiToken,
  revokeApiToken,
  rotateApiToken,
  type ShownToken,
  updateApiToken,
} from './api-tokens.commands.ts';

/** When a token was last used. Every viewer who sees a token sees its use. */
interface Use {
  readonly id: string;
  readonly lastUsedAt: Date;
}

const useOfId = rowLoader<Use>({
  find: async (db, ids) => {
    const uses = await db.apiTokenUse.findMany({ where: { apiTokenId: { in: ids } } });
    return uses.map(({ apiTokenId, lastUsedAt }) => ({ id: apiTokenId, lastUsedAt }));
  },
  visibleTo: () => ({}),
});

rowType('ApiToken', apiTokens, {
  description:
    'A token by which an integration acts as a user, with some of the permissions that the user holds at that moment. Users see their own; staff with `api-tokens:read` see those of others.',
  columns: {
    userId: 'The user that acts by it.',
    tenantId: 'The tenant of its user. Null for users of the platform or of an organization.',
    organizationId: 'The organization of its user. Null unless the user is an ORGANIZATION_ADMIN.',
    name: 'The name, by which the log names what is done with it.',
    permissions: 'The permissions that it was given. Those that its user does not hold count for nothing.',
    networks:
      'The networks from which it is accepted, in CIDR notation. Empty if it is accepted from everywhere.',
    expiresAt: 'When it ends.',
    revokedAt: 'When it was revoked. Null if it was not.',
    warnedDays:
      'The days before its end at which a warning was last given, 14 or 3. Null before the first one.',
    generation: 'The number of its present secret. Rotation increments it.',
    previousEndsAt: 'When the secret before the present one ends. Null before the first rotation.',
  },
  fields: (t) => ({
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      columns: [],
      description:
        'When it was last used to sign a request or a connection in, to the minute. Null if it never was. Its changes are no events.',
      resolve: async ({ id }, _args, ctx) => {
        ctx.holdsForNow();
        return (await useOfId(ctx, id))?.lastUsedAt ?? null;
      },
    }),
  }),
});

relationField('ApiToken', 'user', users, {
  description: 'The user that acts by it. Null if the viewer may not see that user.',
  column: 'userId',
  columns: [],
});

relationField('ApiToken', 'maker', users, {
  description:
    'The user who made it, for itself or for a service account. Null if that is not known, or if the viewer may not see that user.',
  column: 'makerId',
});

const ApiTokenFilter = filterInput(apiTokens, {
  name: 'By name.',
  userId: { idOf: 'User', description: 'By the user that acts by it.' },
  permissions: 'By its permissions.',
  networks: 'By its networks.',
  expiresAt: 'By the time of its end.',
  revokedAt: 'By the time when it was revoked.',
  warnedDays: 'By the days before its end at which a warning was last given.',
  generation: 'By the number of its present secret.',
  previousEndsAt: 'By the end of the secret before the present one.',
});

const ApiTokenOrder = orderInput(apiTokens, ['createdAt', 'desc'], {
  name: 'By name.',
  expiresAt: 'By the time of its end.',
  revokedAt: 'By the time when it was revoked. Tokens that were not come last, with DESC first.',
  warnedDays: 'By the days of the last warning. Tokens without one come last, with DESC first.',
  generation: 'By the number of its present secret.',
  previousEndsAt:
    'By the end of the secret before the present one. Tokens that were never rotated come last, with DESC first.',
});

rowField('apiToken', apiTokens);

rowsField('apiTokens', apiTokens, { filter: ApiTokenFilter, order: ApiTokenOrder });

/** The field of a payload that shows a new secret. */
function secretField(t: ObjectFieldBuilder<Types, Payload<ShownToken>>): FieldMap {
  return {
    secret: t.string({
      nullable: true,
      description:
        'The token itself, `lk_…`: send it as `Authorization: Bearer <token>`. This answer alone shows it. Null if the mutation was refused, and if the request is repeated under its key.',
      resolve: ({ done }) => done?.secret ?? null,
    }),
  };
}

commandField('apiTokenCreate', apiTokens, createArgs(apiTokenCreateInput), {
  description:
    'Makes an API token of the viewer, or of a service account that the viewer may manage. The token itself is in `secret`.',
  rule: apiTokens.writeRule,
  run: (ctx, args) => createApiToken(ctx, args as CreateArgs<typeof apiTokenCreateInput>),
  extras: (t) => secretField(t),
});

updateField(
  'apiTokenUpdate',
  apiTokens,
  apiTokenUpdateInput,
  updateApiToken,
  'Changes the given fields of an API token. What runs with it continues under the new permissions.',
);

commandField(
  'apiTokenRotate',
  apiTokens,
  (arg, mutation) => ({
    ...rowArgs(arg, mutation),
    overlapMinutes: arg.int({
      description: `${overlapMinutes.description}, ${overlapMinutes.limits.join(', ')}; ${OVERLAP_MINUTES} by default.`,
    }),
  }),
  {
    description:
      'Gives an API token a new secret, in `secret`. The present one is accepted for a while, one before it no more.',
    rule: apiTokens.writeRule,
    run: (ctx, args) => rotateApiToken(ctx, args),
    extras: (t) => secretField(t),
  },
);

commandField('apiTokenRevoke', apiTokens, rowArgs, {
  description:
    'Ends an API token for good: it is refused, and its sockets and streams end. Users revoke their own; those of others need `api-tokens:write`.',
  rule: apiTokens.rule,
  run: revokeApiToken,
});

changeFields(apiTokens, ApiTokenFilter, {
  created: 'apiTokenCreated',
  updated: 'apiTokenUpdated',
  deleted: 'apiTokenDeleted',
  all: 'apiTokenChanged',
});
