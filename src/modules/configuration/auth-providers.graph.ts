import type { Json } from '../../configuration/algebra/json.ts';
import type { Document } from '../../configuration/layers/document.ts';
import { requireViewer } from '../../core/context.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { type InputField, oneOf, optional, text } from '../../core/requests/input-fields.ts';
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
  ISSUER_NOT_MEANT: 'Only the provider OIDC has an issuer.',
  REGISTRATION_HALF:
    'A registration with OIDC has an issuer and a client id: set both, or remove both by null.',
});

const NAMES = ['GOOGLE', 'MICROSOFT', 'OIDC'] as const;
type Name = (typeof NAMES)[number];

const AuthProviderName = builder.enumType('AuthProviderName', {
  description: 'An outside provider of sign-in.',
  values: {
    GOOGLE: { description: 'Google.' },
    MICROSOFT: { description: 'Microsoft.' },
    OIDC: { description: 'The issuer of outside tokens, by OpenID Connect.' },
  } as const satisfies Record<Name, object>,
});

/** The paths of a provider. */
function fieldsOf(name: Name) {
  const registration = `auth.providers.${name.toLowerCase()}`;
  return { registration, secret: `${registration}.secret` } as const;
}

const ALLOWED = 'auth.providers.allowed';
const FIELDS = {
  allowed: ALLOWED,
  ...Object.fromEntries(
    NAMES.flatMap((name) => Object.values(fieldsOf(name)).map((path) => [path, path] as const)),
  ),
};

/** A provider as some settings have it. */
interface ProviderState {
  readonly name: Name;
  readonly document: Document;
}

interface Registration {
  readonly [member: string]: string;
  readonly clientId: string;
}

function registrationOf({ name, document }: ProviderState): Registration | null {
  return valueIn<Registration | null>(document, fieldsOf(name).registration);
}

const AuthProvider = builder.objectRef<ProviderState>('AuthProvider').implement({
  description: 'An outside provider of sign-in: the settings under `auth.providers.` about it.',
  rule: inherited,
  fields: (t) => ({
    name: t.expose('name', { type: AuthProviderName, description: 'The name.' }),
    isAllowed: t.boolean({
      description: 'Whether users may sign in with it: `auth.providers.allowed` names it.',
      resolve: ({ name, document }) => valueIn<string[]>(document, ALLOWED).includes(name),
    }),
    issuer: t.string({
      nullable: true,
      description: 'The issuer of the tokens. Null unless the provider is OIDC and is registered.',
      resolve: (state) => registrationOf(state)?.issuer ?? null,
    }),
    clientId: t.string({
      nullable: true,
      description: 'The id of the client that is registered. Null if there is none.',
      resolve: (state) => registrationOf(state)?.clientId ?? null,
    }),
    secret: t.field({
      type: ConfigSecret,
      nullable: true,
      description: 'By whom and when the secret of the client was set. Null if none is set.',
      resolve: ({ name, document }, _args, ctx) => secretIn(ctx, document, fieldsOf(name).secret),
    }),
    lockedFields: t.stringList({
      description: 'Which of `registration` and `secret` a layer below cannot set.',
      resolve: ({ name, document }) => lockedFields(document, fieldsOf(name)),
    }),
  }),
});

function statesIn(document: Document, names: readonly Name[] = NAMES): ProviderState[] {
  return names.map((name) => ({ name, document }));
}

builder.queryField('authProviders', (t) =>
  t.field({
    type: [AuthProvider],
    rule: staffMay('config:read'),
    description: 'The outside providers of sign-in of a tenant, by name, as its settings say at this moment.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId }, ctx) => {
      const tenant = tenantInScope(requireViewer(ctx).viewer, tenantId);
      return statesIn(await readTyped(ctx, FIELDS, tenant));
    },
  }),
);

const name: InputField<Name, Name> = {
  presence: 'required',
  graphqlType: 'AuthProviderName',
  isList: false,
  description: 'The provider',
  limits: [],
  check: () => oneOf<Name>(NAMES),
};

const authProviderUpdateInput = createInput({
  ...layerFields,
  name,
  clientId: optional(text('The id of the client that is registered')),
  issuer: optional(text('The issuer of the tokens, with the client id, for OIDC alone', { max: 500 })),
  secret: optional(secret),
  mode: optional(mode, 'DEFAULT by default'),
});

const AuthProviderUpdateInput = inputType(
  'AuthProviderUpdateInput',
  'A registration with a provider and its secret, to set in a layer. Null unsets one: the scopes above decide it again.',
  authProviderUpdateInput,
);

/** The registration that an input gives: null to unset it, undefined to leave it. Half of one is refused. */
function registrationIn({
  name,
  clientId,
  issuer,
}: OutputOf<typeof authProviderUpdateInput>): Json | undefined {
  if (name !== 'OIDC') {
    if (issuer != null) throw invalidInput(INPUT.ISSUER_NOT_MEANT(), 'input', 'issuer');
    return clientId == null ? clientId : { clientId };
  }
  if (issuer != null && clientId != null) return { issuer, clientId };
  if (issuer == null && clientId == null) return issuer === null || clientId === null ? null : undefined;
  throw invalidInput(INPUT.REGISTRATION_HALF(), 'input', issuer == null ? 'issuer' : 'clientId');
}

commandField(
  'authProviderUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: AuthProviderUpdateInput, required: true, description: 'The registration.' }),
    unchangedSinceVersion: unchangedSinceArg(arg),
  }),
  {
    description:
      'Sets the registration with a provider of sign-in, or its secret, in a layer: the same as `configUpdate` of their paths.',
    rule: signedIn,
    run: (ctx, { input, unchangedSinceVersion }) => {
      const given = parseInput(authProviderUpdateInput, input);
      const paths = fieldsOf(given.name);
      const fields: TypedField[] = [
        { path: paths.registration, field: 'clientId', value: registrationIn(given) },
        { path: paths.secret, field: 'secret', secret: given.secret },
      ];
      return writeTyped(ctx, { layer: given, mode: given.mode, unchangedSinceVersion }, fields);
    },
  },
);

domainEventField(
  'authProviderChanged',
  { ...configurations, rule: staffMay('config:read') },
  {
    description: 'An outside provider of sign-in changed in a tenant or in a layer above tenants.',
    filter: null,
    happens: changedForStaff(FIELDS),
    fields: (t) => ({
      authProviders: t.field({
        type: [AuthProvider],
        description: 'The providers from this version of the layer on.',
        resolve: async ({ change }, _args, ctx) => statesIn(await typedInVersion(ctx, FIELDS, change)),
      }),
    }),
  },
);
