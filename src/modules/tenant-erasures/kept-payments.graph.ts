import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { KeptPayment as KeptPaymentRow } from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { moneyField } from '../../graph/schema/money.ts';

builder.prismaObject('KeptPayment', {
  description:
    'What law keeps of a received payment of an erased tenant, until its time of retention has ended.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id that the payment had.', resolve: ({ id }) => id }),
    payerId: t.id({
      description:
        'The id of the resident who paid or, without one, of the customer. Nothing leads from it to a person any more.',
      resolve: ({ payerId }) => payerId,
    }),
    amount: moneyField(t as never, {
      amount: 'amountMinor',
      rule: inherited,
      description: 'The amount. Never null.',
    }),
    receivedAt: t.field({
      type: 'DateTime',
      description: 'The time at which it was received.',
      resolve: ({ receivedAt }) => receivedAt,
    }),
    refundedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time at which it was refunded. Null if it was not.',
      resolve: ({ refundedAt }) => refundedAt,
    }),
  }),
});

builder.prismaObjectField('TenantErasure', 'keptPayments', (t) =>
  t.field({
    type: connectionOf('KeptPayment'),
    columns: [],
    description: 'The received payments that are kept, by id.',
    args: pageArgs(t.arg, { type: 'KeptPayment' }),
    resolve: ({ id }, args, ctx) =>
      tablePage<KeptPaymentRow>(ctx, ctx.db.keptPayment, {
        args,
        order: [{ rows: 'KeptPayment', column: 'id', kind: 'id', direction: 'asc' }],
        where: { erasureId: id },
        feed: PLATFORM_FEED,
      }),
  }),
);
