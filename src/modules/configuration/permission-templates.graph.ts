import type { Effective } from '../../configuration/algebra/resolve.ts';
import { knownPath } from '../../configuration/catalogue/catalogue.ts';
import type { Document } from '../../configuration/layers/document.ts';
import { permissionsIn, permissionsUnder, templatePath } from '../../configuration/layers/templates.ts';
import { requireViewer } from '../../core/context.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { type InputField, listOf, oneOf, optional, text } from '../../core/requests/input-fields.ts';
import { inherited, signedIn, staffMay } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { Role as RoleValue } from '../../generated/prisma/enums.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { layerFields, mode } from './configuration-input.ts';
import { ConfigScope } from './setting-enums.graph.ts';
import { changedForStaff, readTyped, typedInVersion, unchangedSinceArg } from './typed-entity.graph.ts';
import { writeTyped } from './typed-settings.ts';

/** The roles that have a template. */
const ROLES = Object.values(RoleValue).filter((role) => knownPath(templatePath(role)));

const FIELDS = Object.fromEntries(ROLES.map((role) => [role, templatePath(role)]));

/** The template of a role as some settings have it. */
interface TemplateState {
  readonly role: RoleValue;
  readonly setting: Effective;
}

const PermissionTemplate = builder.objectRef<TemplateState>('PermissionTemplate').implement({
  description: 'What a role grants: the setting of its path under `permissions.templates.`.',
  rule: inherited,
  fields: (t) => ({
    role: t.expose('role', { type: Role, description: 'The role.' }),
    permissions: t.stringList({
      description:
        'The permissions that the role grants, sorted. Names in the setting that are no permissions are left out.',
      resolve: ({ role, setting }) => permissionsUnder(setting.value, role).toSorted(),
    }),
    isDefault: t.boolean({
      description:
        'Whether they are those that the role grants without a template: the value of the path is null.',
      resolve: ({ setting }) => permissionsIn(setting.value) === null,
    }),
    scope: t.field({
      type: ConfigScope,
      nullable: true,
      description: 'The lowest scope that set the path. Null if it is the default of the catalogue.',
      resolve: ({ setting }) => setting.source,
    }),
    version: t.int({
      nullable: true,
      description:
        'The version of that scope’s layer that set it. Null if it is the default of the catalogue.',
      resolve: ({ setting: { source, contributions } }) =>
        contributions.findLast(({ scope }) => scope === source)?.setting.version ?? null,
    }),
    isLocked: t.boolean({
      description: 'Whether no scope below may set it.',
      resolve: ({ setting }) => setting.isLocked,
    }),
  }),
});

function statesIn(document: Document, roles: readonly RoleValue[] = ROLES): TemplateState[] {
  return roles.flatMap((role) => {
    const setting = document.get(templatePath(role));
    return setting ? [{ role, setting }] : [];
  });
}

builder.queryField('permissionTemplates', (t) =>
  t.field({
    type: [PermissionTemplate],
    rule: staffMay('config:read'),
    description:
      'What each role grants in a tenant, as its settings say at this moment. Roles above tenants have no template.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId }, ctx) => {
      const tenant = tenantInScope(requireViewer(ctx).viewer, tenantId);
      return statesIn(await readTyped(ctx, FIELDS, tenant));
    },
  }),
);

const role: InputField<RoleValue, RoleValue> = {
  presence: 'required',
  graphqlType: 'Role',
  isList: false,
  description: 'The role, none above tenants',
  limits: [],
  check: () => oneOf<RoleValue>(ROLES),
};

const permissionTemplateUpdateInput = createInput({
  ...layerFields,
  role,
  // The write of the path decides whether a name is a permission, and may be given.
  permissions: optional(
    listOf(text('All permissions that the role grants', { max: 100 }), { max: 200 }),
    'null unsets the template',
  ),
  mode: optional(mode, 'DEFAULT by default'),
});

const PermissionTemplateUpdateInput = inputType(
  'PermissionTemplateUpdateInput',
  'The template of a role to set in a layer. Null unsets it: the scopes above decide it again.',
  permissionTemplateUpdateInput,
);

commandField(
  'permissionTemplateUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: PermissionTemplateUpdateInput, required: true, description: 'The template.' }),
    unchangedSinceVersion: unchangedSinceArg(arg),
  }),
  {
    description: 'Sets what a role grants, in a layer: the same as `configUpdate` of its path.',
    rule: signedIn,
    run: (ctx, { input, unchangedSinceVersion }) => {
      const { role, permissions, mode, ...layer } = parseInput(permissionTemplateUpdateInput, input);
      return writeTyped(ctx, { layer, mode, unchangedSinceVersion }, [
        { path: templatePath(role), field: 'permissions', value: permissions },
      ]);
    },
  },
);

domainEventField(
  'permissionTemplateChanged',
  { ...configurations, rule: staffMay('config:read') },
  {
    description: 'The permission template of a role changed in a tenant or in a layer above tenants.',
    filter: null,
    happens: changedForStaff(FIELDS),
    fields: (t) => ({
      permissionTemplates: t.field({
        type: [PermissionTemplate],
        description: 'The templates that changed, as they are from this version of the layer on.',
        resolve: async ({ change }, _args, ctx) => {
          const { paths } = change.image as Configuration & typeof change.image;
          const changed = ROLES.filter((role) => paths.includes(templatePath(role)));
          return statesIn(await typedInVersion(ctx, FIELDS, change), changed);
        },
      }),
    }),
  },
);
