import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import SchemaBuilder from '@pothos/core';
import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import '../../src/graph/schema/field-rules.ts';
import { signedIn } from '../../src/core/rights/rules.ts';
import { schema } from '../../src/schema.ts';
import { samples } from '../support/samples.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const objects = types.filter(isObjectType);

interface Place {
  readonly place: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const fields: Place[] = types
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ place: `${type.name}.${field.name}`, field })),
  );

const inputs: { place: string; input: Pick<GraphQLInputField, 'type' | 'description'> }[] = [
  ...fields.flatMap(({ place, field }) =>
    field.args.map((input) => ({ place: `${place}(${input.name})`, input })),
  ),
  ...types
    .filter(isInputObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).map((input) => ({ place: `${type.name}.${input.name}`, input })),
    ),
];

function payloadsOf(): GraphQLObjectType[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {}).map(
    ({ type }) => getNamedType(type) as GraphQLObjectType,
  );
}

test('schema.graphql is the schema of the code', async () => {
  const committed = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  expect(committed).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
});

test('a stream that can begin with the rows of an ordered list can be a window of it', () => {
  const ordered = Object.values(schema.getQueryType()?.getFields() ?? {})
    .filter(({ args }) => args.some(({ name }) => name === 'orderBy'))
    .map(({ type }) => getNamedType(type).name.replace(/Connection$/, 'Snapshot'));
  const streams = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).filter(({ type }) => {
    const items = getNamedType(type);
    return isUnionType(items) && items.getTypes().some(({ name }) => ordered.includes(name));
  });
  const windowless = streams.filter(({ args }) => !args.some(({ name }) => name === 'first'));
  expect(streams.length).toBeGreaterThan(20);
  expect(windowless.map(({ name }) => name)).toEqual([]);
});

test('every field of every object has an access rule', () => {
  const open = objects.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ extensions }) => !Array.isArray(extensions.rules) || extensions.rules.length === 0)
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(open).toEqual([]);
});

/** Builds a schema of one query that leads to one object, with or without a rule for the object's field. */
function build(rule: { rule?: typeof signedIn }): void {
  const builder = new SchemaBuilder({ plugins: ['fieldRules'] } as never) as InstanceType<
    typeof SchemaBuilder
  >;
  const thing = builder.objectRef<{ name: string }>('Thing');
  thing.implement({ fields: (t: never) => ({ name: (t as Loose).exposeString('name', rule) }) } as never);
  builder.queryType({
    fields: (t: never) => ({ thing: (t as Loose).field({ type: thing, rule: signedIn }) }),
  } as never);
  builder.toSchema();
}

type Loose = Record<'exposeString' | 'field', (...args: unknown[]) => never>;

test('a field without a rule stops the build, and the error names it', () => {
  expect(() => build({})).toThrow('Thing.name has no access rule.');
  expect(() => build({ rule: signedIn })).not.toThrow();
});

/**
 * Fields that are named like secrets and are none: a hash that every viewer of the report may note, times, and what is known
 * of a secret that is never shown.
 */
const NO_SECRETS = [
  'AuditChainReport.headHash',
  'AuditChainReport.startHash',
  'AuthProvider.secret',
  'ConfigChangePreview.previewToken',
  'ConfigPath.isSecret',
  'ConfigRollbackPayload.secretsKept',
  'EffectiveSetting.secret',
  'Mutation.configRollback(previewToken)',
  'Mutation.configUpdate(previewToken)',
  'NotificationProvider.secret',
  'User.passwordChangedAt',
  'UserFilter.passwordChangedAt',
];

/**
 * Their answers or requests are secrets, or end what could be answered; the retry of parked work and the marking of all
 * notifications answer with no row. The presence, and that a user is writing, are states, which are set twice like once.
 */
const WITHOUT_KEY = [
  'attachmentLinkCreate',
  'emailChangeConfirm',
  'emailChangeRequest',
  'emailChangeWithdraw',
  'invitationAccept',
  'notificationsMarkAllRead',
  'parkedWorkRetry',
  'passwordChange',
  'passwordReset',
  'passwordResetRequest',
  'personExport',
  'presenceSet',
  'receiptKeyRotate',
  'recoveryCodesCreate',
  'sessionRevoke',
  'signIn',
  'signInEnroll',
  'signOut',
  'signOutEverywhere',
  'streamTicketCreate',
  'tokenRefresh',
  'totpConfirm',
  'totpDisable',
  'totpEnroll',
  'typingSet',
  'userIdentityUnbind',
];

test('every mutation can be repeated under an `idempotencyKey`, except those of sessions, second factors and presence, the retry of parked work and the marking of all notifications', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  const withoutKey = mutations.filter(({ args }) => args.every(({ name }) => name !== 'idempotencyKey'));
  expect(withoutKey.map(({ name }) => name).toSorted()).toEqual(WITHOUT_KEY);
});

test('only a field that accepts a secret, or gives it to its owner once, is named like a secret', () => {
  const isSecret = (place: string) =>
    // An API token is a row, which shows no secret.
    /passw|secret|hash|token|credential/i.test(
      place.replace(/^\w*(?=\.)|apiTokens?|webhookRotateSecret/gi, ''),
    );
  const places = [...fields, ...inputs].map(({ place }) => place).filter(isSecret);
  expect(places.filter((place) => !NO_SECRETS.includes(place)).toSorted()).toEqual([
    'ApiTokenCreatePayload.secret',
    'ApiTokenRotatePayload.secret',
    'AuthProviderUpdateInput.secret',
    'ConfigSettingInput.secret',
    'EmailChangeConfirmInput.token',
    'EmailChangeRequestInput.password',
    'EmailChangeWithdrawInput.token',
    'InvitationAcceptInput.password',
    'InvitationAcceptInput.token',
    'Mutation.passwordChange',
    'Mutation.passwordChange(input)',
    'Mutation.passwordReset',
    'Mutation.passwordReset(input)',
    'Mutation.passwordResetRequest',
    'Mutation.passwordResetRequest(input)',
    'Mutation.tokenRefresh',
    'Mutation.tokenRefresh(refreshToken)',
    'NotificationProviderUpdateInput.secret',
    'PasswordChangeInput.currentPassword',
    'PasswordChangeInput.newPassword',
    'PasswordResetInput.newPassword',
    'PasswordResetInput.revokeTokens',
    'PasswordResetInput.token',
    'RecoveryCodesCreateInput.password',
    'SignInEnrollInput.password',
    'SignInEnrollPayload.secret',
    'SignInInput.newPassword',
    'SignInInput.password',
    'SignInPayload.accessToken',
    'SignInPayload.refreshToken',
    'TokenRefreshPayload.accessToken',
    'TokenRefreshPayload.refreshToken',
    'TotpDisableInput.password',
    'TotpEnrollInput.password',
    'TotpEnrollPayload.secret',
    'UserCreateInput.password',
    'WebhookCreatePayload.secret',
    'WebhookRotateSecretPayload.secret',
    'WebhookUpdatePayload.secret',
  ]);
});

/** Numbers that are named like an amount of money and are none: the steps that a condition takes. */
const NO_AMOUNTS = ['FileAccessPolicy.conditionCost', 'FileAccessPolicyFilter.conditionCost'];
const AMOUNT_WORDS =
  /^(amount|price|rent|fee|cost|deposit|balance|charge|discount|refund|salary|budget|revenue|tax|minor)s?$/;

test('a number that is named like an amount of money is in MinorUnits, because Int ends at 21 million euros', () => {
  const isAmount = (place: string) =>
    (place.match(/[^.(]+(?=\)?$)/)?.[0] ?? '')
      .split(/(?=[A-Z])/)
      .some((word) => AMOUNT_WORDS.test(word.toLowerCase()));
  const narrow = [...fields.map(({ place, field }) => ({ place, input: field })), ...inputs]
    .filter(({ input }) => /^((Nullable)?IntFilter|Int|Float)$/.test(getNamedType(input.type).name))
    .map(({ place }) => place);
  expect(narrow.length).toBeGreaterThan(20);
  expect(narrow.filter(isAmount)).toEqual(NO_AMOUNTS);
});

/** Lists outside of connections that no input limits, with the bound of each. Those of rooms are in their samples. */
const BOUNDED: Readonly<Record<string, string>> = Object.assign(
  {
    'UserError.path': 'as deep as the arguments',
    'UserError.params': 'the variable parts of one sentence',
  },
  ...[...samples.values()].map(({ bounded }) => bounded),
);

/** Whether the input with which a row is created limits the list that a field of the row shows. */
function isLimitedByInput(place: string): boolean {
  const input = inputs.find((one) => one.place === place.replace('.', 'CreateInput.'))?.input;
  return /at most \d/.test(input?.description ?? '');
}

test('a list is a page of a connection or of a snapshot, an input limits it, or a sample names it as bounded', () => {
  const lists = fields
    .filter(({ field }) => isListType(getNullableType(field.type)))
    .map(({ place }) => place)
    .filter(
      (place) =>
        !/^\w+Connection\.(edges|nodes)$|^\w+Snapshot\.nodes$|^\w+Payload\.userErrors$|\.changedFields$/.test(
          place,
        ),
    );
  const [limited, others] = [lists.filter(isLimitedByInput), lists.filter((list) => !isLimitedByInput(list))];
  expect(limited).toContain('User.attributes');
  expect(others.toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
});

test('every connection takes the arguments of a page, and has the same parts', () => {
  const connections = fields.filter(({ field }) => getNamedType(field.type).name.endsWith('Connection'));
  expect(connections.length).toBeGreaterThan(0);
  for (const { field } of connections) {
    expect(field.args.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['first', 'after', 'last', 'before']),
    );
    const parts = Object.keys((getNamedType(field.type) as GraphQLObjectType).getFields());
    expect(parts.toSorted()).toEqual([
      'edges',
      'feedCursor',
      'isTotalCountEstimate',
      'nodes',
      'pageInfo',
      'totalCount',
    ]);
  }
});

test('every payload has userErrors, and the cursor of the write unless no subscription shows the write', () => {
  const without = (name: string) =>
    payloadsOf()
      .filter((type) => !(name in type.getFields()))
      .map((type) => type.name);
  expect(without('userErrors')).toEqual([]);
  expect(without('cursor').toSorted()).toEqual(['SignInPayload', 'TokenRefreshPayload']);
});

test('a payload type belongs to one mutation and has its name', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  const named = mutations.map(({ name }) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`);
  expect(payloadsOf().map(({ name }) => name)).toEqual(named);
});

const streams = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
/** The streams of changes. A stream of signals stores nothing, and says so in its description. */
const durable = streams.filter(({ extensions }) => !extensions.listen && !extensions.observe);

test('every item of a stream of changes is a ChangeEvent, a page of a snapshot, a position of a row in a window, a FeedPosition or a FeedReset', () => {
  const items = durable
    .map(({ type }) => getNamedType(type))
    .flatMap((type) => (isUnionType(type) ? [...type.getTypes()] : [type as GraphQLObjectType]));
  const other = items.filter((type) => !type.getInterfaces().some(({ name }) => name === 'ChangeEvent'));
  const names = other.map(({ name }) => name).filter((name) => !/(Snapshot|Placed)$/.test(name));
  expect([...new Set(names)].toSorted()).toEqual(['FeedPosition', 'FeedReset']);
});

test('every subscription takes `after`, and says whether it is durable or a signal, which cannot be resumed', () => {
  const withoutAfter = streams.filter(
    ({ args }) => String(args.find(({ name }) => name === 'after')?.type) !== 'Cursor',
  );
  const silent = streams.filter(
    (one) =>
      !(durable.includes(one) ? /Durable: .* resumes/ : /A signal: .* cannot be resumed/).test(
        one.description ?? '',
      ),
  );
  expect([...withoutAfter, ...silent].map(({ name }) => name)).toEqual([]);
});

test('every type, field, argument and enum value is described', () => {
  const values = types.flatMap((type) =>
    'getValues' in type
      ? type.getValues().map(({ name, description }) => ({ name: `${type.name}.${name}`, description }))
      : [],
  );
  const described = [
    ...types.map(({ name, description }) => ({ name, description })),
    ...fields.map(({ place, field }) => ({ name: place, description: field.description })),
    ...inputs.map(({ place, input }) => ({
      name: place,
      description: input.description,
    })),
    ...values,
  ];
  expect(described.filter(({ description }) => !description?.trim()).map(({ name }) => name)).toEqual([]);
});

test('a query or a mutation can be null, so that one that is refused takes no other along', () => {
  const required = [schema.getQueryType(), schema.getMutationType()]
    .flatMap((type) => Object.values(type?.getFields() ?? {}))
    .filter(({ type }) => getNullableType(type) !== type);
  expect(required.map(({ name }) => name)).toEqual([]);
});
