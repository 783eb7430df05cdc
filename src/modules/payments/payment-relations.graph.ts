import { type Context, requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { Payment as PaymentRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import type { PageArgs } from '../../graph/keyset.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { PaymentConnection } from './payment-type.graph.ts';
import { paymentsVisibleTo } from './payments.access.ts';

// The fields of other rooms' types that lead to payments.

const PAYMENTS = {
  type: PaymentConnection,
  nullable: true,
  rule: may('payments:read'),
  columns: [],
  isPersonal: seesOnlyOwn,
} as const;

builder.prismaObjectField('Unit', 'payments', (t) =>
  t.field({
    ...PAYMENTS,
    description:
      'The payments for it that the viewer may see, the latest first. Null if the viewer may not read payments.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) => latest(ctx, { unitId: id }, tenantId, args),
  }),
);

builder.prismaObjectField('Customer', 'payments', (t) =>
  t.field({
    ...PAYMENTS,
    description: 'What it is paid, the latest first. Null if the viewer may not read payments.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) => latest(ctx, { customerId: id }, tenantId, args),
  }),
);

builder.objectField('Account', 'payments', (t) =>
  t.field({
    ...PAYMENTS,
    description:
      'The payments that the viewer may see, the latest first: a resident sees its own. Null if the viewer may not read payments.',
    args: pageArgs(t.arg),
    resolve: ({ id, tenantId }, args, ctx) => latest(ctx, { customerId: id }, tenantId, args),
  }),
);

function latest(ctx: Context, of: Where<PaymentRow>, feed: string, args: PageArgs) {
  return listPage<PaymentRow>(ctx, {
    args,
    orderBy: null,
    defaultOrder: { column: 'createdAt', direction: 'desc' },
    where: { AND: [of, paymentsVisibleTo(requireViewer(ctx).viewer)] },
    feed,
    find: (query) => ctx.db.payment.findMany(query),
    count: (where) => ctx.db.payment.count({ where }),
  });
}
