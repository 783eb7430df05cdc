import type { Json } from '../../configuration/algebra/json.ts';
import type { Document } from '../../configuration/layers/document.ts';
import { requireViewer } from '../../core/context.ts';
import { UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import {
  email,
  type InputField,
  integer,
  nested,
  oneOf,
  optional,
  text,
} from '../../core/requests/input-fields.ts';
import { inherited, signedIn, staffMay } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { ConfigSecret } from './config-secret.graph.ts';
import { configurations } from './configuration.access.ts';
import { layerFields, mode, secret } from './configuration-input.ts';
import { CHANNELS, type Channel, NotificationChannel } from './notification-channel.graph.ts';
import {
  changedForStaff,
  lockedFields,
  readTyped,
  secretIn,
  typedInVersion,
  unchangedSinceArg,
  valueIn,
} from './typed-entity.graph.ts';
import { type TypedField, writeTyped } from './typed-settings.ts';

const INPUT = sentences('INVALID_INPUT', {
  PROVIDER_OF_OTHER_CHANNEL: '"{field}" is the provider of another channel.',
});

/** The services that send text messages and push messages. E-mail is sent by a mail server. */
const SERVICES = ['TWILIO', 'VONAGE', 'APNS', 'FCM'] as const;
type Service = (typeof SERVICES)[number];

const NotificationService = builder.enumType('NotificationService', {
  description: 'A service that sends text messages or push messages.',
  values: {
    TWILIO: { description: 'Twilio, for text messages.' },
    VONAGE: { description: 'Vonage, for text messages.' },
    APNS: { description: 'The Apple Push Notification service.' },
    FCM: { description: 'Firebase Cloud Messaging.' },
  } as const satisfies Record<Service, object>,
});

/** The paths of the provider of a channel. */
function fieldsOf(channel: Channel) {
  const prefix = `notifications.${channel.toLowerCase()}`;
  return { provider: `${prefix}.provider`, secret: `${prefix}.secret` } as const;
}

const FIELDS = Object.fromEntries(
  CHANNELS.flatMap((channel) => Object.values(fieldsOf(channel)).map((path) => [path, path] as const)),
);

/** The provider of a channel as some settings have it. */
interface ProviderState {
  readonly channel: Channel;
  readonly document: Document;
}

function memberOf<Value extends Json>({ channel, document }: ProviderState, member: string): Value | null {
  const provider = valueIn<Record<string, Json> | null>(document, fieldsOf(channel).provider);
  return (provider?.[member] ?? null) as Value | null;
}

const NotificationProvider = builder.objectRef<ProviderState>('NotificationProvider').implement({
  description:
    'The provider that sends the notifications of a channel: the settings under `notifications.` about it.',
  rule: inherited,
  fields: (t) => ({
    channel: t.expose('channel', { type: NotificationChannel, description: 'The channel.' }),
    isSet: t.boolean({
      description: 'Whether there is one.',
      resolve: ({ channel, document }) => valueIn(document, fieldsOf(channel).provider) !== null,
    }),
    service: t.field({
      type: NotificationService,
      nullable: true,
      description: 'The service. Null for e-mail, and if there is no provider.',
      resolve: (state) => memberOf<Service>(state, 'provider'),
    }),
    host: t.string({
      nullable: true,
      description: 'The host of the mail server. Null for other channels, and if there is no provider.',
      resolve: (state) => memberOf<string>(state, 'host'),
    }),
    port: t.int({
      nullable: true,
      description: 'The port of the mail server. Null for other channels, and if there is no provider.',
      resolve: (state) => memberOf<number>(state, 'port'),
    }),
    userName: t.string({
      nullable: true,
      description: 'The user of the mail server. Null for other channels, and if there is no provider.',
      resolve: (state) => memberOf<string>(state, 'userName'),
    }),
    sender: t.string({
      nullable: true,
      description:
        'The sender of e-mails or text messages. Null for push messages, and if there is no provider.',
      resolve: (state) => memberOf<string>(state, 'sender'),
    }),
    applicationId: t.string({
      nullable: true,
      description:
        'The application that receives push messages. Null for other channels, and if there is no provider.',
      resolve: (state) => memberOf<string>(state, 'applicationId'),
    }),
    secret: t.field({
      type: ConfigSecret,
      nullable: true,
      description: 'By whom and when its password or key was set. Null if none is set.',
      resolve: ({ channel, document }, _args, ctx) => secretIn(ctx, document, fieldsOf(channel).secret),
    }),
    lockedFields: t.stringList({
      description: 'Which of `provider` and `secret` a layer below cannot set.',
      resolve: ({ channel, document }) => lockedFields(document, fieldsOf(channel)),
    }),
  }),
});

function statesIn(document: Document): ProviderState[] {
  return CHANNELS.map((channel) => ({ channel, document }));
}

builder.queryField('notificationProviders', (t) =>
  t.field({
    type: [NotificationProvider],
    rule: staffMay('config:read'),
    description:
      'The providers of notifications of a tenant, by channel, as its settings say at this moment.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId }, ctx) => {
      const tenant = tenantInScope(requireViewer(ctx).viewer, tenantId);
      return statesIn(await readTyped(ctx, FIELDS, tenant));
    },
  }),
);

function oneOfValues<Value extends string>(
  graphqlType: string,
  description: string,
  values: readonly Value[],
): InputField<Value, Value> {
  const check = () => oneOf<Value>(values);
  return { presence: 'required', graphqlType, isList: false, description, limits: [], check };
}

const emailProviderInput = createInput({
  host: text('The host of the mail server', { max: 253 }),
  port: integer('The port', { min: 1, max: 65_535 }),
  userName: text('The user of the mail server'),
  sender: email('The sender'),
});
const smsProviderInput = createInput({
  service: oneOfValues('NotificationService', 'TWILIO or VONAGE', ['TWILIO', 'VONAGE']),
  sender: text('The sender', { max: 20 }),
});
const pushProviderInput = createInput({
  service: oneOfValues('NotificationService', 'APNS or FCM', ['APNS', 'FCM']),
  applicationId: text('The application that receives them'),
});

inputType('EmailProviderInput', 'A mail server and the sender.', emailProviderInput);
inputType('SmsProviderInput', 'A service for text messages and the sender.', smsProviderInput);
inputType('PushProviderInput', 'A service for push messages and the application.', pushProviderInput);

const notificationProviderUpdateInput = createInput({
  ...layerFields,
  channel: oneOfValues('NotificationChannel', 'The channel', CHANNELS),
  email: optional(nested('EmailProviderInput', 'The provider of the channel EMAIL', emailProviderInput)),
  sms: optional(nested('SmsProviderInput', 'The provider of the channel SMS', smsProviderInput)),
  push: optional(nested('PushProviderInput', 'The provider of the channel PUSH', pushProviderInput)),
  secret: optional(secret),
  mode: optional(mode, 'DEFAULT by default'),
});

const NotificationProviderUpdateInput = inputType(
  'NotificationProviderUpdateInput',
  'The provider of a channel and its secret, to set in a layer. Null unsets one: the scopes above decide it again.',
  notificationProviderUpdateInput,
);

commandField(
  'notificationProviderUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: NotificationProviderUpdateInput, required: true, description: 'The provider.' }),
    unchangedSinceVersion: unchangedSinceArg(arg),
  }),
  {
    description:
      'Sets the provider of a channel of notifications, or its secret, in a layer: the same as `configUpdate` of their paths.',
    rule: signedIn,
    run: (ctx, { input, unchangedSinceVersion }) => {
      const given = parseInput(notificationProviderUpdateInput, input);
      const { channel, mode: chosen, email: server, sms, push } = given;
      const services = { email: server, sms: asStored(sms), push: asStored(push) };
      const field = channel.toLowerCase() as Lowercase<Channel>;
      requireNoOther(field, services);
      const paths = fieldsOf(channel);
      const fields: TypedField[] = [
        { path: paths.provider, field, value: services[field] },
        { path: paths.secret, field: 'secret', secret: given.secret },
      ];
      return writeTyped(ctx, { layer: given, mode: chosen, unchangedSinceVersion }, fields);
    },
  },
);

/** The value of a path has the service as its `provider`. */
function asStored<Given extends { readonly service: string }>(given: Given | null | undefined) {
  if (!given) return given;
  const { service: provider, ...rest } = given;
  return { provider, ...rest };
}

function requireNoOther(own: string, services: Readonly<Record<string, unknown>>): void {
  const others = Object.keys(services).filter((field) => field !== own && services[field] != null);
  const fault = INPUT.PROVIDER_OF_OTHER_CHANNEL();
  if (others.length > 0) throw new UserErrors(others.map((field) => userError(fault, ['input', field])));
}

domainEventField(
  'notificationProviderChanged',
  { ...configurations, rule: staffMay('config:read') },
  {
    description: 'A provider of notifications changed in a tenant or in a layer above tenants.',
    filter: null,
    happens: changedForStaff(FIELDS),
    fields: (t) => ({
      notificationProviders: t.field({
        type: [NotificationProvider],
        description: 'The providers from this version of the layer on.',
        resolve: async ({ change }, _args, ctx) => statesIn(await typedInVersion(ctx, FIELDS, change)),
      }),
    }),
  },
);
