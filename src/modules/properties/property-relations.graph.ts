import { type Context, requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import type { Customer as CustomerRow, Property as PropertyRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import type { PageArgs } from '../../graph/keyset.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { propertiesVisibleTo } from './properties.access.ts';
import { Property, PropertyConnection } from './properties.graph.ts';

// The fields of other types that lead to properties.

const propertyOfId = rowLoader({
  find: ({ property }, ids) => property.findMany({ where: { id: { in: ids } } }),
  visibleTo: propertiesVisibleTo,
});

for (const typeName of ['Unit', 'Payment', 'MaintenanceRequest'] as const) {
  builder.prismaObjectField(typeName, 'property', (t) =>
    t.field({
      type: Property,
      nullable: true,
      rule: may('properties:read'),
      columns: [],
      description:
        'The property it is in. Null if the viewer may not read properties, or not see it, or if it is gone by now.',
      resolve: ({ propertyId }, _args, ctx) => propertyOfId(ctx, propertyId),
    }),
  );
}

builder.prismaObjectField('Customer', 'properties', (t) =>
  t.field({
    type: PropertyConnection,
    nullable: true,
    rule: may('properties:read'),
    columns: [],
    description: 'Its properties, by name. Null if the viewer may not read properties.',
    args: pageArgs(t.arg),
    resolve: propertiesOf,
  }),
);

builder.objectField('Account', 'properties', (t) =>
  t.field({
    type: PropertyConnection,
    nullable: true,
    rule: may('properties:read'),
    columns: [],
    description: 'Its properties, by name. Null if the viewer may not read properties.',
    args: pageArgs(t.arg),
    resolve: propertiesOf,
  }),
);

function propertiesOf({ id, tenantId }: CustomerRow, args: PageArgs, ctx: Context) {
  return listPage<PropertyRow>(ctx, {
    args,
    orderBy: null,
    defaultOrder: { column: 'name', direction: 'asc' },
    where: { AND: [{ customerId: id }, propertiesVisibleTo(requireViewer(ctx).viewer)] },
    feed: tenantId,
    find: (query) => ctx.db.property.findMany(query),
    count: (where) => ctx.db.property.count({ where }),
  });
}
