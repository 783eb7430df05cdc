import { isEqual } from '../../configuration/algebra/json.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { readSettings, type StoredSetting } from '../../configuration/layers/setting-ledger.ts';
import { type Cause, causesOf } from '../../configuration/rules/causes.ts';
import { type Context, requireViewer } from '../../core/context.ts';
import { badArgument, noSuch } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { inherited, signedIn, staffMay } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Configuration, ConfigVersion as ConfigVersionRow } from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { type Delta, deltaSince } from './delta.ts';
import { ConfigMode } from './setting-enums.graph.ts';

const VERSION = sentences('BAD_USER_INPUT', {
  VERSION_NEVER_WAS: 'Argument "{argument}": the layer has versions 1 to {max}.',
});

/** Staff that may read configuration. Versions and differences name paths that other users may not read. */
const mayReadLayers = staffMay('config:read');

const ConfigStep = enumType('ConfigStep', 'How a version of a layer came about.', {
  WRITE: 'Paths were set or unset.',
  ROLLBACK: 'An earlier version was written again.',
  ADOPT: 'The tenant adopted what the layers above have set, or those of another business type.',
  OPT_OUT: 'The tenant opted out of changes from above.',
  CATCH_UP: 'An opt-out of the tenant ended, and it adopted what the layers above have set meanwhile.',
  RESOLVE: 'A conflict was resolved.',
});

const ConfigCause = builder.objectRef<Cause & { readonly path: string }>('ConfigCause').implement({
  description: 'A path of a version that a rule decided.',
  rule: inherited,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path.' }),
    ruleId: t.exposeID('ruleId', { description: 'The id of the rule.' }),
    ruleVersion: t.exposeInt('ruleVersion', { description: 'The version that the rule had.' }),
  }),
});

builder.prismaObject('ConfigVersion', {
  description: 'A version of a layer, as the ledger has it: versions are added and never changed.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the entry.', resolve: ({ id }) => id }),
    version: t.int({ description: 'The version.', resolve: ({ version }) => version }),
    step: t.field({ type: ConfigStep, description: 'How it came about.', resolve: ({ step }) => step }),
    paths: t.stringList({
      description: 'The paths that it wrote; of an adoption or a catch-up those whose values changed.',
      resolve: ({ paths }) => paths,
    }),
    restored: t.int({
      nullable: true,
      description: 'The version that it wrote again. Null unless it is a rollback.',
      resolve: ({ restored }) => restored,
    }),
    platformVersion: t.int({
      description:
        'Of a tenant, the version of the platform that it had adopted then; of a business type, the newest one then. 0 for none.',
      resolve: ({ platformVersion }) => platformVersion,
    }),
    businessVersion: t.int({
      description: 'Of a tenant, the version of its business type that it had adopted then, 0 for none.',
      resolve: ({ businessVersion }) => businessVersion,
    }),
    causes: t.field({
      type: [ConfigCause],
      description: 'The paths of it that a rule decided, each with the rule. What people write has none.',
      resolve: (version) => Object.entries(causesOf(version)).map(([path, cause]) => ({ path, ...cause })),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'The time, by the clock of the database.',
      resolve: ({ recordedAt }) => recordedAt,
    }),
  }),
});

builder.queryField('configVersions', (t) =>
  t.field({
    type: connectionOf('ConfigVersion'),
    rule: mayReadLayers,
    description:
      'The versions of a layer, the first one first. NOT_FOUND for a layer that the viewer may not see.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the layer.', ...idOf('Configuration') }),
      ...pageArgs(t.arg, { type: 'ConfigVersion' }),
    },
    resolve: async (_root, { id, ...args }, ctx) => {
      const layer = await visibleLayer(ctx, id);
      return tablePage<ConfigVersionRow>(ctx, ctx.db.configVersion, {
        args,
        order: [{ rows: 'ConfigVersion', column: 'version', kind: 'integer', direction: 'asc' }],
        where: { configurationId: layer.id },
        feed: configurationEntity.feeds(layer)[0],
      });
    },
  }),
);

/** A path whose setting differs between two versions of a layer. */
interface Difference {
  readonly path: string;
  readonly before: StoredSetting | undefined;
  readonly after: StoredSetting | undefined;
}

const ConfigSetting = builder.objectRef<StoredSetting>('ConfigSetting').implement({
  description: 'What a layer says of a path.',
  rule: inherited,
  fields: (t) => ({
    mode: t.expose('mode', { type: ConfigMode, description: 'The mode.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value. Null if that is the value, or if only the mode is set.',
      resolve: ({ value }) => value ?? null,
    }),
    version: t.exposeInt('version', { description: 'The version of the layer that wrote it.' }),
  }),
});

const ConfigDifference = builder.objectRef<Difference>('ConfigDifference').implement({
  description: 'A path whose setting differs between two versions of a layer.',
  rule: inherited,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path.' }),
    before: t.field({
      type: ConfigSetting,
      nullable: true,
      description: 'The setting in the first version. Null if it was not set.',
      resolve: ({ before }) => before ?? null,
    }),
    after: t.field({
      type: ConfigSetting,
      nullable: true,
      description: 'The setting in the second version. Null if it is not set.',
      resolve: ({ after }) => after ?? null,
    }),
  }),
});

builder.queryField('configDiff', (t) =>
  t.field({
    type: [ConfigDifference],
    rule: mayReadLayers,
    description:
      'The settings that differ between two versions of a layer, by path; from the present version to an earlier one it is what a rollback would write.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the layer.', ...idOf('Configuration') }),
      from: t.arg.int({ required: true, description: 'The first version.' }),
      to: t.arg.int({ required: true, description: 'The second version.' }),
    },
    resolve: async (_root, { id, from, to }, ctx) => {
      const layer = await visibleLayer(ctx, id);
      requireVersionOf(layer, from, 'from');
      requireVersionOf(layer, to, 'to');
      const at = (version: number) =>
        CATALOGUE.map(({ path }) => ({ configurationId: layer.id, version, path }));
      const [before, after] = [await readSettings(ctx.db, at(from)), await readSettings(ctx.db, at(to))];
      const differences = CATALOGUE.map(({ path }, index) => ({
        path,
        before: before[index],
        after: after[index],
      }));
      return differences.filter((difference) => isDifferent(difference));
    },
  }),
);

function isDifferent({ before, after }: Difference): boolean {
  return before?.mode !== after?.mode || !isEqual(before?.value, after?.value);
}

/** Finds a layer; throws NOT_FOUND for one that the viewer may not see. */
async function visibleLayer(ctx: Context, id: string): Promise<Configuration> {
  const visible = toPrismaWhere(configurations.visibleTo(requireViewer(ctx).viewer));
  const layer = await ctx.db.configuration.findFirst({ where: { AND: [{ id }, visible] } });
  if (!layer) throw noSuch('Configuration');
  return layer;
}

function requireVersionOf({ version }: Configuration, asked: number, argument: string): void {
  if (asked >= 1 && asked <= version) return;
  throw badArgument(VERSION.VERSION_NEVER_WAS({ argument, max: version }));
}

const ConfigDelta = builder.objectRef<Delta>('ConfigDelta').implement({
  description: 'What has changed in the effective settings of a tenant, limited to what the viewer may read.',
  rule: inherited,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'The version of the tenant’s layer now: pass it the next time.',
    }),
    isReset: t.exposeBoolean('isReset', {
      description:
        'Whether the layer does not know the version, e.g. because the database was restored. The patch then has every path.',
    }),
    patch: t.field({
      type: 'JSON',
      description:
        'A JSON Patch (RFC 6902) of the document with a member for each path. It replaces whole values, so to apply it twice does no harm.',
      resolve: ({ patch }) => patch,
    }),
  }),
});

builder.queryField('configDelta', (t) =>
  t.field({
    type: ConfigDelta,
    rule: signedIn,
    description: 'What has changed in the effective settings of a tenant since a version of its layer.',
    args: {
      tenantId: tenantArg(t.arg),
      sinceVersion: t.arg.int({
        required: true,
        description: 'The version that `effectiveConfig`, an event or an earlier delta gave.',
      }),
    },
    resolve: (_root, { tenantId, sinceVersion }, ctx) => {
      const { viewer } = requireViewer(ctx);
      return deltaSince(ctx.db, tenantInScope(viewer, tenantId), sinceVersion, viewer);
    },
  }),
);
