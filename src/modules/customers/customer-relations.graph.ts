import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { rowLoader } from '../../graph/loader.ts';
import { customersVisibleTo } from './customers.access.ts';
import { Customer } from './customers.graph.ts';

// The fields of other rooms' types that lead to customers.

const customerOfId = rowLoader({
  find: ({ customer }, ids) => customer.findMany({ where: { id: { in: ids } } }),
  visibleTo: customersVisibleTo,
});

for (const typeName of ['Property', 'Unit', 'Payment', 'MaintenanceRequest'] as const) {
  builder.prismaObjectField(typeName, 'customer', (t) =>
    t.field({
      type: Customer,
      nullable: true,
      rule: may('customers:read'),
      columns: [],
      description:
        'The customer it belongs to. Null if the viewer may not read customers; members see their Account.',
      resolve: ({ customerId }, _args, ctx) => customerOfId(ctx, customerId),
    }),
  );
}
