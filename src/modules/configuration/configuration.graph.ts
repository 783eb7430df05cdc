import { requireViewer } from '../../core/context.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import './setting-enums.graph.ts';
import { configurations, readsEveryPath } from './configuration.access.ts';
import { patchOfVersion } from './patch.ts';
import { typesToRefetch } from './refetch.ts';

rowType('Configuration', configurations, {
  description:
    'The layer of settings of the platform, of a business type, of a tenant, or of a user in a tenant. Each write, and each adoption of what the layers above have set, is a version of it: `sinceVersion` and `unchangedSinceVersion` take it.',
  columns: {
    scope: 'The scope.',
    tenantId: 'The tenant. Null for the layers of the platform and of business types.',
    businessTypeId: 'The business type. Null unless it is the layer of one.',
    userId: 'The user whose layer it is. Null for those of the platform, of business types and of tenants.',
    paths: {
      rule: readsEveryPath,
      description:
        'The paths whose effective values the last version changed; of the platform and of business types those that it wrote. Null for viewers that may not read every path.',
    },
    memberPaths: 'Of the last version that changed any: the paths among these that all users may read.',
  },
});

const ConfigurationFilter = filterInput(configurations, {
  scope: 'By scope.',
  tenantId: 'By the id of the tenant; those of the platform and of business types have none.',
  memberPaths: 'By the paths that all users may read, of the last version that changed any.',
});

const ConfigurationOrder = orderInput(configurations, ['createdAt', 'asc'], {
  scope: 'By scope, from PLATFORM to USER.',
});

rowField('configuration', configurations);

rowsField('configurations', configurations, { filter: ConfigurationFilter, order: ConfigurationOrder });

changeFields(configurations, ConfigurationFilter, {
  created: 'configurationCreated',
  updated: 'configurationUpdated',
  deleted: 'configurationDeleted',
  all: 'configurationChanged',
});

domainEventField('configUpdated', configurations, {
  description: 'Effective values of a layer changed.',
  filter: ConfigurationFilter,
  happens: (_before, after) => after.paths.length > 0,
  fields: (t) => ({
    patch: t.field({
      type: 'JSON',
      description:
        'The change as a JSON Patch (RFC 6902) of the document with a member for each path, limited to what the viewer may read.',
      resolve: ({ change }, _args, ctx) =>
        patchOfVersion(
          ctx.db,
          change.image as Configuration & typeof change.image,
          requireViewer(ctx).viewer,
        ),
    }),
    refetch: t.stringList({
      description:
        'The names of the types that a client should refetch, sorted: those that show what changed of what the viewer may read.',
      resolve: ({ change }, _args, ctx) => [
        ...typesToRefetch(change.image as Configuration & typeof change.image, requireViewer(ctx).viewer),
      ],
    }),
  }),
});
