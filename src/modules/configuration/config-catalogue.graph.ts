import { CATALOGUE, type KnownPath, modesOf } from '../../configuration/catalogue/catalogue.ts';
import { requireViewer } from '../../core/context.ts';
import { signedIn } from '../../core/rights/rules.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { readableBy } from './patch.ts';
import { ConfigMode, ConfigScope } from './setting-enums.graph.ts';

const ConfigurationType = enumType(
  'ConfigurationType',
  'What a path is about. A tenant adopts the settings of each type on its own.',
  {
    MODULES: 'The modules that the tenant has.',
    AUTH: 'Passwords, sessions, second factors and the ways to sign in.',
    PERMISSIONS: 'The permissions of the roles.',
    BUSINESS: 'The names and kinds of things.',
    NOTIFICATIONS: 'The notifications and their channels.',
    BRANDING: 'The presentation of the tenant.',
  },
);

const ConfigPath = builder.objectRef<KnownPath>('ConfigPath').implement({
  description: 'An entry of the catalogue: what is known of a path before anything is set.',
  rule: signedIn,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path.' }),
    type: t.expose('type', { type: ConfigurationType, description: 'What it is about.' }),
    description: t.exposeString('description', { description: 'What it means, and what null means.' }),
    schema: t.field({
      type: 'JSON',
      description: 'The JSON Schema of its values.',
      resolve: ({ schema }) => schema,
    }),
    default: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value where nothing is set. Null if that is the value.',
      resolve: (entry) => entry.default,
    }),
    settableAt: t.field({
      type: [ConfigScope],
      description: 'The scopes that may set it.',
      resolve: ({ settableAt }) => [...settableAt],
    }),
    modes: t.field({
      type: [ConfigMode],
      description: 'The modes that it may have where a scope below may set it.',
      resolve: (entry) => [...modesOf(entry)],
    }),
    stronger: t.string({
      nullable: true,
      description: 'Which of two values is the stronger for a FLOOR. Null if it has no FLOOR.',
      resolve: ({ floor }) => floor?.stronger ?? null,
    }),
    isSecret: t.boolean({
      description:
        'Whether it is a secret: its text is set as `secret`, and reads give only that it is set, by whom and when.',
      resolve: ({ isSecret = false }) => isSecret,
    }),
    combine: t.exposeString('combine', {
      description:
        'How a value combines with that above: REPLACE, UNION of two sets, or MAP, whose keys it replaces one by one.',
    }),
    isForUsers: t.boolean({
      description:
        'Whether all users of a tenant may read it, and not only staff that may read configuration.',
      resolve: ({ readers }) => readers === 'USERS',
    }),
  }),
});

builder.queryField('configCatalogue', (t) =>
  t.field({
    type: [ConfigPath],
    rule: signedIn,
    description: 'The paths of configuration that the viewer may read, by name.',
    ...costing(5),
    resolve: (_root, _args, ctx) => CATALOGUE.filter(readableBy(requireViewer(ctx).viewer)),
  }),
);
