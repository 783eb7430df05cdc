import type { Json } from '../../configuration/algebra/json.ts';
import {
  type Contribution,
  type Effective,
  type Standing,
  without,
} from '../../configuration/algebra/resolve.ts';
import type { Step } from '../../configuration/algebra/settings.ts';
import { CATALOGUE, type KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { isSecretValue } from '../../configuration/catalogue/secret-path.ts';
import type { Document } from '../../configuration/layers/document.ts';
import { effectiveSettings } from '../../configuration/layers/effective-settings.ts';
import { type SecretFacts, secretFacts } from '../../configuration/layers/layer-secrets.ts';
import type { CurrentLayers } from '../../configuration/layers/layers.ts';
import { type Context, requireViewer, type ViewerContext } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { ConfigOptOut } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { users } from '../users/users.access.ts';
import { ConfigSecret } from './config-secret.graph.ts';
import { readsEveryPath } from './configuration.access.ts';
import { configOptOuts } from './opt-outs/config-opt-outs.access.ts';
import { activeOptOuts, pathsOf } from './opt-outs/opted-out.requests.ts';
import { readableBy } from './patch.ts';
import { ConfigMode, ConfigScope } from './setting-enums.graph.ts';

const ConfigStanding = builder.enumType('ConfigStanding', {
  description: 'What has become of a setting.',
  values: {
    EFFECTIVE: { description: 'It is the value, or part of it.' },
    OVERRIDDEN: { description: 'A scope below has another value.' },
    CLAMPED: { description: 'The floor of a scope above is stronger.' },
    SHADOWED: { description: 'A scope above has locked the path.' },
    PASSED_OVER: { description: 'A rule by which the platform wins has passed over it.' },
    INVALID: { description: 'It does not fit the schema that the path has now, so that above acts.' },
  } as const satisfies Record<Standing, { description: string }>,
});

/** A contribution with the value of its path if its scope had no setting. */
interface Explained extends Contribution {
  readonly valueWithout: Json;
}

const ConfigContribution = builder.objectRef<Explained>('ConfigContribution').implement({
  description: 'A setting that was looked at for an effective value.',
  rule: inherited,
  fields: (t) => ({
    scope: t.field({
      type: ConfigScope,
      description: 'Its scope.',
      resolve: ({ scope }) => scope,
    }),
    version: t.int({
      description: 'The version of the layer that wrote it.',
      resolve: ({ setting }) => setting.version ?? 0,
    }),
    mode: t.field({ type: ConfigMode, description: 'Its mode.', resolve: ({ setting }) => setting.mode }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Its value, which is kept whatever has become of it. Null if that is the value, or if it is a mode alone.',
      resolve: ({ setting }) => setting.value ?? null,
    }),
    standing: t.expose('standing', { type: ConfigStanding, description: 'What has become of it.' }),
    valueWithout: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The value that the path would have if this scope had no setting of it. Null if that is the value.',
      resolve: ({ valueWithout }) => valueWithout,
    }),
  }),
});

/** An effective value with its path. */
interface Entry extends Effective {
  readonly path: string;
  readonly secret: SecretFacts | null;
  readonly contributions: readonly Explained[];
  readonly optOut: ConfigOptOut | null;
}

const EffectiveSetting = builder.objectRef<Entry>('EffectiveSetting').implement({
  description: 'The value of a path, and why it is this one.',
  rule: inherited,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The value; of a secret that it is set, with the id of its version. Null if that is the value, and for a secret that is not set.',
      resolve: ({ value }) => value,
    }),
    secret: t.field({
      type: ConfigSecret,
      nullable: true,
      description:
        'Of a secret: by whom and when it was set. Null if it is not set, and for all other paths.',
      resolve: ({ secret }) => secret,
    }),
    scope: t.field({
      type: ConfigScope,
      nullable: true,
      description: 'The lowest scope that gave it. Null if it is the default of the catalogue.',
      resolve: ({ source }) => source,
    }),
    version: t.int({
      nullable: true,
      description:
        'The version of that scope’s layer that wrote it. Null if it is the default of the catalogue.',
      resolve: ({ source, contributions }) =>
        contributions.findLast(({ scope }) => scope === source)?.setting.version ?? null,
    }),
    mode: t.expose('mode', { type: ConfigMode, description: 'The mode of the topmost scope that set one.' }),
    isLocked: t.exposeBoolean('isLocked', { description: 'Whether no scope below may set it.' }),
    floor: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The strongest floor. Null if there is none.',
      resolve: ({ floor }) => floor ?? null,
    }),
    contributions: t.field({
      type: [ConfigContribution],
      description: 'All settings of the path, from the top: what overrides, clamps and shadows what.',
      resolve: ({ contributions }) => contributions,
    }),
    optOut: t.field({
      type: configOptOuts.type as never,
      nullable: true,
      rule: configOptOuts.rule,
      description:
        'The opt-out for which the layers above are read at the versions that the tenant had adopted when it began, but for their locks and floors. Null if there is none, and for viewers that may not read configuration.',
      resolve: ({ optOut }) => optOut as never,
    }),
  }),
});

/** The settings that act on a tenant, or on a user in it. */
interface Configured {
  readonly version: number;
  readonly settings: readonly Entry[];
}

const EffectiveConfig = builder.objectRef<Configured>('EffectiveConfig').implement({
  description: 'The settings that act on a tenant, or on a user in it, limited to what the viewer may read.',
  rule: inherited,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'The version of the tenant’s layer, 0 before the first one: pass it to `configDelta`.',
    }),
    settings: t.field({
      type: [EffectiveSetting],
      description: 'The values by path.',
      resolve: ({ settings }) => settings,
    }),
  }),
});

builder.queryField('effectiveConfig', (t) =>
  t.field({
    type: EffectiveConfig,
    rule: signedIn,
    description:
      'The settings that act at this moment, computed from the layers of the platform, the tenant and the user. Locks and floors are those of the newest version of the platform.',
    args: {
      tenantId: tenantArg(t.arg),
      userId: t.arg.id({
        description:
          'The user whose settings these are: the viewer, or for staff any user of the tenant that it sees. If omitted: those of the tenant.',
        ...idOf('User'),
      }),
      paths: t.arg.stringList({
        description: 'Only these paths. Others than those of the catalogue find nothing.',
      }),
      prefix: t.arg.string({ description: 'Only paths that begin with this, e.g. `auth.password.`.' }),
    },
    resolve: async (_root, { tenantId, userId, paths, prefix }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const tenant = tenantInScope(viewer, tenantId);
      const user = await userInScope(ctx, tenant, userId);
      const entries = CATALOGUE.filter(readableBy(viewer)).filter(
        ({ path }) => (!paths || paths.includes(path)) && path.startsWith(prefix ?? ''),
      );
      const { layers, document, steps } = await effectiveSettings(ctx.db, tenant, user, entries);
      const optOuts = await optOutsHolding(requireViewer(ctx), tenant, layers);
      const secrets = await secretFacts(ctx.db, secretIdsIn(entries, document));
      return {
        version: versionFor(ctx, layers),
        settings: entries.flatMap((entry) => {
          const effective = document.get(entry.path);
          if (!effective) return [];
          const optOut = optOuts.find((one) => pathsOf(one).includes(entry.path)) ?? null;
          const secret = (entry.isSecret && secrets.get(secretIdOf(effective) ?? '')) || null;
          return [{ ...explained(entry, effective, steps.get(entry.path) ?? []), optOut, secret }];
        }),
      };
    },
  }),
);

/** The ids of the versions of the secrets that are set. */
function secretIdsIn(entries: readonly KnownPath[], document: Document): readonly string[] {
  return entries.flatMap(({ path, isSecret }) => (isSecret && secretIdOf(document.get(path))) || []);
}

function secretIdOf(effective: Effective | undefined): string | undefined {
  return isSecretValue(effective?.value) ? effective.value.version : undefined;
}

/** Adds to each contribution of a path what the value would be without it. */
function explained(
  entry: KnownPath,
  effective: Effective,
  steps: readonly Step[],
): Omit<Entry, 'secret' | 'optOut'> {
  const contributions = effective.contributions.map((contribution) => ({
    ...contribution,
    valueWithout: without(entry, steps, contribution.scope),
  }));
  return { path: entry.path, ...effective, contributions };
}

/** Finds the opt-outs of a tenant, for viewers that may read them. A tenant that holds nothing costs no statement. */
async function optOutsHolding(
  { db, viewer }: Pick<ViewerContext, 'db' | 'viewer'>,
  tenantId: string,
  { holds }: CurrentLayers,
): Promise<readonly ConfigOptOut[]> {
  const isHeld = Object.keys(holds).length > 0;
  return isHeld && readsEveryPath(viewer) ? activeOptOuts(db, tenantId) : [];
}

/** Finds the user whose settings are asked for; throws NOT_FOUND for one that the viewer may not ask about. */
async function userInScope(
  ctx: Context,
  tenantId: string,
  userId: string | null | undefined,
): Promise<string | undefined> {
  if (!userId) return undefined;
  const { viewer } = requireViewer(ctx);
  const meant = asRowId(userId);
  if (meant === viewer.userId && viewer.tenantId === tenantId) return meant;
  const where = { AND: [{ id: meant, tenantId }, toPrismaWhere(users.visibleTo(viewer))] };
  const found = readsEveryPath(viewer) && (await ctx.db.user.findFirst({ where, select: { id: true } }));
  if (!found) throw noSuch('User');
  return meant;
}

/** The version of a tenant's layer, or that of what all users may read, by what the viewer may read. */
function versionFor(ctx: Context, { version, memberVersion }: CurrentLayers): number {
  return readsEveryPath(requireViewer(ctx).viewer) ? version : memberVersion;
}
