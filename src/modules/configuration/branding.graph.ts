import type { Document } from '../../configuration/layers/document.ts';
import { requireViewer } from '../../core/context.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { email, optional, text } from '../../core/requests/input-fields.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { layerFields, mode } from './configuration-input.ts';
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
  name: 'branding.name',
  primaryColor: 'branding.primaryColor',
  supportEmail: 'branding.supportEmail',
} as const;

const Branding = builder.objectRef<Document>('Branding').implement({
  description: 'The presentation of a tenant: the settings under `branding.`.',
  rule: inherited,
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'The name that users see. Null: that of the tenant.',
      resolve: (document) => valueIn<string | null>(document, FIELDS.name),
    }),
    primaryColor: t.string({
      description: 'The main colour, as `#rrggbb`.',
      resolve: (document) => valueIn<string>(document, FIELDS.primaryColor),
    }),
    supportEmail: t.string({
      nullable: true,
      description: 'The address that users write to. Null: none.',
      resolve: (document) => valueIn<string | null>(document, FIELDS.supportEmail),
    }),
    lockedFields: t.stringList({
      description: 'The fields that the tenant cannot set.',
      resolve: (document) => lockedFields(document, FIELDS),
    }),
  }),
});

builder.queryField('branding', (t) =>
  t.field({
    type: Branding,
    rule: signedIn,
    description: 'The presentation of a tenant, as its settings say at this moment.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: (_root, { tenantId }, ctx) =>
      readTyped(ctx, FIELDS, tenantInScope(requireViewer(ctx).viewer, tenantId)),
  }),
);

const brandingUpdateInput = createInput({
  ...layerFields,
  name: optional(text('The name that users see')),
  primaryColor: optional(text('The main colour, as `#rrggbb`', { max: 7 })),
  supportEmail: optional(email('The address that users write to')),
  mode: optional(mode, 'DEFAULT by default'),
});

const BrandingUpdateInput = inputType(
  'BrandingUpdateInput',
  'Fields of the presentation to set in a layer. Null unsets one: the scopes above decide it again.',
  brandingUpdateInput,
);

commandField(
  'brandingUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: BrandingUpdateInput, required: true, description: 'The fields.' }),
    unchangedSinceVersion: unchangedSinceArg(arg),
  }),
  {
    description: 'Sets fields of the presentation in a layer: the same as `configUpdate` of their paths.',
    rule: signedIn,
    run: (ctx, { input, unchangedSinceVersion }) => {
      const { mode, ...given } = parseInput(brandingUpdateInput, input);
      const fields = Object.entries(FIELDS).map(([field, path]) => ({
        field,
        path,
        value: given[field as keyof typeof FIELDS],
      }));
      return writeTyped(ctx, { layer: given, mode, unchangedSinceVersion }, fields);
    },
    extras: (t) => ({
      branding: t.field({
        type: Branding,
        nullable: true,
        description:
          'The presentation after the mutation. Null for a layer above tenants, or if the mutation was refused.',
        resolve: ({ done }, _args, ctx) => typedAfter(ctx, FIELDS, done),
      }),
    }),
  },
);

domainEventField('brandingChanged', configurations, {
  description: 'The presentation of a tenant, or that of a layer above it, changed.',
  filter: null,
  happens: changedForUsers(FIELDS),
  fields: (t) => ({
    branding: t.field({
      type: Branding,
      description: 'The presentation from this version of the layer on.',
      resolve: ({ change }, _args, ctx) => typedInVersion(ctx, FIELDS, change),
    }),
  }),
});
