import type { Document } from '../../configuration/layers/document.ts';
import { requireViewer } from '../../core/context.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { type InputField, listOf, oneOf, optional, text } from '../../core/requests/input-fields.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { layerFields, mode } from './configuration-input.ts';
import { CHANNELS, type Channel, NotificationChannel } from './notification-channel.graph.ts';
import {
  changedForUsers,
  lockedFields,
  readTyped,
  typedAfter,
  typedInVersion,
  unchangedSinceArg,
  valueIn,
} from './typed-entity.graph.ts';
import { writeTyped } from './typed-settings.ts';

const FIELDS = {
  incidentChannels: 'notifications.incidents.channels',
  maintenanceChannels: 'notifications.maintenance.channels',
  paymentChannels: 'notifications.payments.channels',
  digest: 'notifications.digest',
  language: 'notifications.language',
} as const;

type Digest = 'IMMEDIATELY' | 'DAILY' | 'WEEKLY' | 'NEVER';

const NotificationDigest = builder.enumType('NotificationDigest', {
  description: 'How often is sent what is not urgent.',
  values: {
    IMMEDIATELY: { description: 'With each event.' },
    DAILY: { description: 'Once a day.' },
    WEEKLY: { description: 'Once a week.' },
    NEVER: { description: 'Never.' },
  } as const satisfies Record<Digest, object>,
});

const Preferences = builder.objectRef<Document>('NotificationPreferences').implement({
  description:
    'The preferences of a user, or those of a tenant for its users: settings under `notifications.`.',
  rule: inherited,
  fields: (t) => ({
    incidentChannels: t.field({
      type: [NotificationChannel],
      description: 'The channels for incidents.',
      resolve: (document) => valueIn<Channel[]>(document, FIELDS.incidentChannels),
    }),
    maintenanceChannels: t.field({
      type: [NotificationChannel],
      description: 'The channels for maintenance.',
      resolve: (document) => valueIn<Channel[]>(document, FIELDS.maintenanceChannels),
    }),
    paymentChannels: t.field({
      type: [NotificationChannel],
      description: 'The channels for payments.',
      resolve: (document) => valueIn<Channel[]>(document, FIELDS.paymentChannels),
    }),
    digest: t.field({
      type: NotificationDigest,
      description: 'How often is sent what is not urgent.',
      resolve: (document) => valueIn<Digest>(document, FIELDS.digest),
    }),
    language: t.string({
      nullable: true,
      description: 'The language, as a BCP 47 tag. Null: that of the tenant.',
      resolve: (document) => valueIn<string | null>(document, FIELDS.language),
    }),
    lockedFields: t.stringList({
      description: 'The fields that a layer below cannot set.',
      resolve: (document) => lockedFields(document, FIELDS),
    }),
  }),
});

builder.queryField('notificationPreferences', (t) =>
  t.field({
    type: Preferences,
    rule: signedIn,
    description:
      'The preferences of the viewer in its tenant; for a viewer of several tenants those of the tenant it names.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: (_root, { tenantId }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const tenant = tenantInScope(viewer, tenantId);
      return readTyped(ctx, FIELDS, tenant, viewer.tenantId === tenant ? viewer.userId : undefined);
    },
  }),
);

const channel: InputField<Channel, Channel> = {
  presence: 'required',
  graphqlType: 'NotificationChannel',
  isList: false,
  description: 'A channel',
  limits: [],
  check: () => oneOf<Channel>(CHANNELS),
};

const digest: InputField<Digest, Digest> = {
  presence: 'required',
  graphqlType: 'NotificationDigest',
  isList: false,
  description: 'How often is sent what is not urgent',
  limits: [],
  check: () => oneOf<Digest>(['IMMEDIATELY', 'DAILY', 'WEEKLY', 'NEVER']),
};

const channelsFor = (what: string) =>
  optional(listOf({ ...channel, description: `The channels for ${what}` }, { max: 3 }));

const preferencesUpdateInput = createInput({
  ...layerFields,
  incidentChannels: channelsFor('incidents'),
  maintenanceChannels: channelsFor('maintenance'),
  paymentChannels: channelsFor('payments'),
  digest: optional(digest),
  language: optional(text('The language, as a BCP 47 tag', { max: 35 })),
  mode: optional(mode, 'DEFAULT by default'),
});

const PreferencesUpdateInput = inputType(
  'NotificationPreferencesUpdateInput',
  'Preferences to set in a layer: the scope USER is that of the viewer. Null unsets one: the scopes above decide it again.',
  preferencesUpdateInput,
);

commandField(
  'notificationPreferencesUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: PreferencesUpdateInput, required: true, description: 'The preferences.' }),
    unchangedSinceVersion: unchangedSinceArg(arg),
  }),
  {
    description:
      'Sets preferences of the viewer, or those of a layer above users: the same as `configUpdate` of their paths.',
    rule: signedIn,
    run: (ctx, { input, unchangedSinceVersion }) => {
      const { mode, ...given } = parseInput(preferencesUpdateInput, input);
      const fields = Object.entries(FIELDS).map(([field, path]) => ({
        field,
        path,
        value: given[field as keyof typeof FIELDS],
      }));
      return writeTyped(ctx, { layer: given, mode, unchangedSinceVersion }, fields);
    },
    extras: (t) => ({
      notificationPreferences: t.field({
        type: Preferences,
        nullable: true,
        description:
          'The preferences after the mutation. Null for a layer above tenants, or if the mutation was refused.',
        resolve: ({ done }, _args, ctx) => typedAfter(ctx, FIELDS, done),
      }),
    }),
  },
);

domainEventField('notificationPreferencesChanged', configurations, {
  description: 'The preferences of the viewer, or those of a layer above it, changed.',
  filter: null,
  happens: changedForUsers(FIELDS),
  fields: (t) => ({
    notificationPreferences: t.field({
      type: Preferences,
      description:
        'The preferences from this version of the layer on. Those of a tenant do not show what a user has set.',
      resolve: ({ change }, _args, ctx) => typedInVersion(ctx, FIELDS, change),
    }),
  }),
});
