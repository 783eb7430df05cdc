import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import type { DueWork } from '../../generated/prisma/client.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { retryParkedWork } from './due-work.commands.ts';
import { MAX_TRIES } from './due-work.terms.ts';

/** More than an operator reads; a retry takes them all. */
const MAX_SHOWN = 100;

const ParkedWork = builder.objectRef<DueWork>('ParkedWork').implement({
  description:
    'Work on a row that was to be done at a time, and failed or ended its process three times. It waits for `parkedWorkRetry`.',
  rule: may('due-work:read'),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the work, as in the log of the server.' }),
    kind: t.exposeString('kind', { description: 'The kind of the work, e.g. `consentExpiry`.' }),
    subjectId: t.exposeID('subjectId', { description: 'The id of the row.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', description: 'The time at which it was to be done.' }),
    parkedAt: t.expose('parkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time at which it was parked. Null if it is being tried again.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description:
        'The class of the last error; the log of the server has the rest. Null if the process ended during the last try.',
    }),
  }),
});

builder.queryField('parkedWork', (t) =>
  t.field({
    type: [ParkedWork],
    rule: may('due-work:read'),
    description: `The parked work of all tenants, oldest first, at most ${MAX_SHOWN}. The metric \`lockstep_parked_work\` counts all of it.`,
    resolve: (_root, _args, { db }) =>
      db.dueWork.findMany({
        where: { tries: MAX_TRIES, tryAt: null },
        orderBy: [{ parkedAt: 'asc' }, { id: 'asc' }],
        take: MAX_SHOWN,
      }),
  }),
);

const ParkedWorkRetryPayload = builder.objectRef<Payload<number>>('ParkedWorkRetryPayload').implement({
  description: 'The result of `parkedWorkRetry`.',
  rule: inherited,
  fields: (t) => ({
    retriedCount: t.int({
      description: 'How much work is tried again.',
      resolve: ({ row }) => row ?? 0,
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('parkedWorkRetry', (t) =>
  t.field({
    type: ParkedWorkRetryPayload,
    rule: may('due-work:retry'),
    description:
      'Tries all parked work again, e.g. after its cause was removed. What fails three more times is parked again.',
    resolve: (_root, _args, ctx) => settle(() => retryParkedWork(requireViewer(ctx))),
  }),
);
