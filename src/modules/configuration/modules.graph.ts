import type { Effective } from '../../configuration/algebra/resolve.ts';
import { enabledModules, MODULE_PATHS, modulesAbout, pathOf } from '../../configuration/catalogue/modules.ts';
import { type Document, documentAt } from '../../configuration/layers/document.ts';
import { effectiveSettings } from '../../configuration/layers/effective-settings.ts';
import { requireViewer } from '../../core/context.ts';
import { MODULE_NAMES, type ModuleName as Name, neededBy } from '../../core/rights/modules.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { layersOfVersion } from './patch.ts';
import { ConfigScope } from './setting-enums.graph.ts';

/** A module as the settings of a tenant have it. */
interface ModuleState {
  readonly name: Name;
  readonly isEnabled: boolean;
  /** The setting of its own path. */
  readonly setting: Effective;
  /** The modules that it needs and that are off. */
  readonly missing: readonly Name[];
}

export const ModuleName = builder.enumType('ModuleName', {
  description: 'A part of the product that a tenant can be without.',
  values: {
    CONSENTS: {
      value: 'consents',
      description: 'Purposes of consent, notices, consents, receipts and counts.',
    },
    FILES: { value: 'files', description: 'File-access policies and the decisions by them.' },
    MAINTENANCE: { value: 'maintenance', description: 'Maintenance requests.' },
    PAYMENTS: { value: 'payments', description: 'Payments.' },
    PROPERTIES: { value: 'properties', description: 'Properties and units.' },
    STATUS: { value: 'status', description: 'Services, incidents, maintenance windows and the status page.' },
  } as const satisfies Record<Uppercase<Name>, { value: Name; description: string }>,
});

const Module = builder.objectRef<ModuleState>('Module').implement({
  description: 'A part of the product that a tenant can be without.',
  rule: inherited,
  fields: (t) => ({
    name: t.expose('name', { type: ModuleName, description: 'The name.' }),
    isEnabled: t.exposeBoolean('isEnabled', {
      description:
        'Whether the tenant has it. If not, what belongs to it answers MODULE_DISABLED, and its rows are kept.',
    }),
    path: t.string({
      description: 'The path that switches it, for `configUpdate`.',
      resolve: ({ name }) => pathOf(name),
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
      description: 'Whether the tenant cannot switch it.',
      resolve: ({ setting }) => setting.isLocked,
    }),
    needs: t.field({
      type: [ModuleName],
      description: 'The modules without which it is off, whatever its own path says.',
      resolve: ({ name }) => [...neededBy(name)],
    }),
    missing: t.field({
      type: [ModuleName],
      description: 'Those of them that are off: it is on again with them, if its own path says so.',
      resolve: ({ missing }) => [...missing],
    }),
  }),
});

builder.queryField('modules', (t) =>
  t.field({
    type: [Module],
    rule: signedIn,
    description: 'The modules of a tenant, by name: which it has, and what decided that.',
    args: { tenantId: tenantArg(t.arg) },
    resolve: async (_root, { tenantId }, ctx) => {
      const tenant = tenantInScope(requireViewer(ctx).viewer, tenantId);
      const { document } = await effectiveSettings(ctx.db, tenant, undefined, MODULE_PATHS);
      return statesIn(document, MODULE_NAMES);
    },
  }),
);

domainEventField('moduleChanged', configurations, {
  description: 'A module of a tenant was switched on or off.',
  filter: null,
  happens: (before, after) => modulesOf(before, after).length > 0,
  fields: (t) => ({
    modules: t.field({
      type: [Module],
      description:
        'The modules that were switched, as they are from this version on. Those that are off with another one are among them.',
      resolve: async ({ change }, _args, ctx) => {
        const image = change.image as Configuration & typeof change.image;
        const document = await documentAt(ctx.db, await layersOfVersion(ctx.db, image), MODULE_PATHS);
        return statesIn(document, modulesAbout(image.memberPaths));
      },
    }),
  }),
});

/** The modules that a version of a tenant's layer switches. A version that changes nothing for all users has no new paths. */
function modulesOf(before: Configuration | null, after: Configuration): readonly Name[] {
  const isTold = after.scope === 'TENANT' && after.memberChanges !== (before?.memberChanges ?? 0);
  return isTold ? modulesAbout(after.memberPaths) : [];
}

function statesIn(document: Document, names: readonly Name[]): ModuleState[] {
  const on = enabledModules(document);
  return names.flatMap((name) => {
    const setting = document.get(pathOf(name));
    const missing = neededBy(name).filter((needed) => !on.has(needed));
    return setting ? [{ name, isEnabled: on.has(name), setting, missing }] : [];
  });
}
