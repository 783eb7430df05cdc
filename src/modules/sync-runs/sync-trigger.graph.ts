import { requireViewer } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idempotencyKeyArg } from '../../graph/schema/shared-args.ts';
import { mayRetryRuns } from './sync-runs.access.ts';
import { MAX_TRIGGERED, syncTriggerInput, type Triggered, triggerSync } from './sync-trigger.commands.ts';

/** The most tenants that an answer names. */
const MAX_SHOWN = 1_000;

const SyncTriggerInput = inputType(
  'SyncTriggerInput',
  'The tenants that are to adopt the newest versions above them.',
  syncTriggerInput,
);

const SyncTriggerPayload = builder.objectRef<Payload<Triggered>>('SyncTriggerPayload').implement({
  description: 'The result of `syncTrigger`.',
  rule: inherited,
  fields: (t) => ({
    syncRun: t.field({
      type: 'SyncRun' as never,
      nullable: true,
      description: 'The run that tries the tenants. Null in a dry run, and if the mutation was refused.',
      resolve: ({ row }) => (row?.syncRun ?? null) as never,
    }),
    syncRunId: t.id({
      nullable: true,
      description: 'The id of the run. Null if there is none.',
      resolve: ({ row }) => row?.syncRun?.id ?? null,
    }),
    tenantCount: t.int({
      description: 'The number of tenants that are tried, or would be.',
      resolve: ({ row }) => row?.tenantIds.length ?? 0,
    }),
    tenantIds: t.idList({
      description: `The tenants that are tried, or would be, by id; the first ${MAX_SHOWN.toLocaleString('en')} of them.`,
      resolve: ({ row }) => row?.tenantIds.slice(0, MAX_SHOWN) ?? [],
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('syncTrigger', (t) =>
  t.field({
    type: SyncTriggerPayload,
    rule: mayRetryRuns,
    description: `Has the tenants below a layer adopt that are PENDING or FAILED, as a run; at most ${MAX_TRIGGERED.toLocaleString('en')} of them, the others by the next one. A tenant has one schedule, so it adopts once, however many runs try it. A layer has one triggered run at a time.`,
    args: {
      input: t.arg({ type: SyncTriggerInput, required: true, description: 'The tenants.' }),
      dryRun: t.arg.boolean({ description: 'Only say which tenants would be tried; write nothing.' }),
      idempotencyKey: idempotencyKeyArg(t.arg),
    },
    resolve: (_root, args, ctx) => settle(() => triggerSync(requireViewer(ctx), args as never)),
  }),
);
