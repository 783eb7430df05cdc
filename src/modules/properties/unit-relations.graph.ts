import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import type { Unit as UnitRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { unitsVisibleTo } from './properties.access.ts';
import { Unit, UnitConnection } from './unit-type.graph.ts';

// The fields of other types that lead to units.

const unitOfId = rowLoader({
  find: ({ unit }, ids) => unit.findMany({ where: { id: { in: ids } } }),
  visibleTo: unitsVisibleTo,
});

for (const typeName of ['Payment', 'MaintenanceRequest'] as const) {
  builder.prismaObjectField(typeName, 'unit', (t) =>
    t.field({
      type: Unit,
      nullable: true,
      rule: may('units:read'),
      columns: [],
      isPersonal: seesOnlyOwn,
      description:
        'The unit it is about. Null if the viewer may not see it: a resident who has moved out does not.',
      resolve: ({ unitId }, _args, ctx) => unitOfId(ctx, unitId),
    }),
  );
}

builder.prismaObjectField('Property', 'units', (t) =>
  t.field({
    type: UnitConnection,
    nullable: true,
    rule: may('units:read'),
    columns: [],
    description: 'What is let of it, by label. Null if the viewer may not read units.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) =>
      listPage<UnitRow>(ctx, {
        args,
        orderBy: null,
        defaultOrder: { column: 'label', direction: 'asc' },
        where: { AND: [{ propertyId: id }, unitsVisibleTo(requireViewer(ctx).viewer)] },
        feed: tenantId,
        find: (query) => ctx.db.unit.findMany(query),
        count: (where) => ctx.db.unit.count({ where }),
      }),
  }),
);
