import { databaseTime } from '../../changes/schedule.ts';
import { requireViewer } from '../../core/context.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Where } from '../../core/rights/where.ts';
import type { Consent } from '../../generated/prisma/client.ts';
import { sortKey } from '../../graph/inputs/order-input.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { rowPage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { consentsAt } from './consent-ledger.ts';
import { consents } from './consents.access.ts';

const TIME = sentences('BAD_USER_INPUT', {
  TIME_IN_FUTURE: 'Argument "{argument}": the time is in the future.',
});

builder.queryField('consentsAsOf', (t) =>
  t.field({
    type: connectionOf('Consent'),
    rule: consents.rule,
    description:
      'The consents that existed at a time and that the viewer may see now, as they were then, the latest first. BAD_USER_INPUT for a time in the future.',
    args: {
      tenantId: tenantArg(t.arg),
      asOf: t.arg({
        type: 'DateTime',
        required: true,
        description: 'The time, by the clock of the database.',
      }),
      customerId: t.arg.id({
        description: 'Only those of this customer and its users.',
        ...idOf('Customer'),
      }),
      purposeId: t.arg.id({ description: 'Only those to this purpose.', ...idOf('ConsentPurpose') }),
      ...pageArgs(t.arg, consents),
    },
    resolve: async (_root, { tenantId, asOf, customerId, purposeId, ...args }, ctx) => {
      const feed = consents.scope.feed(requireViewer(ctx).viewer, tenantId);
      if (asOf > (await databaseTime(ctx.db))) throw badArgument(TIME.TIME_IN_FUTURE({ argument: 'asOf' }));
      const where: Where<Consent> = {
        ...consents.scope.rows(feed),
        createdAt: { lte: asOf },
        ...(customerId && { customerId }),
        ...(purposeId && { purposeId }),
      };
      const order = [{ ...sortKey(consents, 'createdAt'), direction: 'desc' as const }];
      const list = await rowPage(ctx, consents, { args, order, where, feed });
      return {
        ...list,
        page: { ...list.page, rows: await consentsAt(ctx.db, list.page.rows, asOf) },
      } as never;
    },
  }),
);
