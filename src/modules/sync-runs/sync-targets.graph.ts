import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { SyncErrorCode as Code, SyncTarget as SyncTargetRow } from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { MAX_RECORDED } from './sync-targets.ts';

export const SyncTargetStatus = enumType('SyncTargetStatus', 'Status of a tenant in a run.', {
  PENDING: 'It has not adopted the version yet.',
  SUCCESS: 'It has adopted the version or a newer one, and no conflict is open.',
  PARTIAL: 'It has adopted the version, and conflicts are open.',
  FAILED: 'Three tries to adopt have failed. Locks and floors act nevertheless.',
});

export const SyncErrorCode = enumType('SyncErrorCode', 'Why an adoption failed.', {
  BUSY: 'Another write held the tenant for too long.',
  CONSTRAINT: 'The database refused what was to be written.',
  PROCESS_ENDED: 'The server ended during the last try.',
  INTERNAL: 'A fault of the server, which its log explains.',
});

/** The sentence for a failure. It holds no value of the configuration. */
const MESSAGE_OF: Readonly<Record<Code, string>> = {
  BUSY: 'Another write held the tenant for too long.',
  CONSTRAINT: 'The database refused what was to be written.',
  PROCESS_ENDED: 'The server ended during the last try.',
  INTERNAL: 'A fault of the server, which its log explains.',
};

/** Says for people why an adoption failed. */
export function messageOf(code: Code): string {
  return MESSAGE_OF[code];
}

builder.prismaObject('SyncTarget', {
  description: 'A tenant in a run, with its outcome.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the outcome.', resolve: ({ id }) => id }),
    runId: t.id({ description: 'The run.', resolve: ({ runId }) => runId }),
    tenantId: t.id({ description: 'The tenant.', resolve: ({ tenantId }) => tenantId }),
    status: t.field({
      type: SyncTargetStatus,
      description: 'The status.',
      resolve: ({ status }) => status,
    }),
    isSuperseded: t.boolean({
      description: 'Whether the tenant went to a newer version than that of the run, which is a success.',
      resolve: ({ isSuperseded }) => isSuperseded,
    }),
    adoptedVersion: t.int({
      nullable: true,
      description:
        'The version of the layer that it has adopted. Null unless it has, and if it has another business type now.',
      resolve: ({ adoptedVersion }) => adoptedVersion,
    }),
    openConflicts: t.int({
      description: 'The number of conflicts that were open after it.',
      resolve: ({ openConflicts }) => openConflicts,
    }),
    durationMs: t.int({
      nullable: true,
      description: 'The time that the adoption took, in milliseconds. Null unless it has adopted.',
      resolve: ({ durationMs }) => durationMs,
    }),
    errorCode: t.field({
      type: SyncErrorCode,
      nullable: true,
      description: 'Why it failed. Null unless it did.',
      resolve: ({ errorCode }) => errorCode,
    }),
    message: t.string({
      nullable: true,
      description: 'Why it failed, for people. Null unless it did.',
      resolve: ({ errorCode }) => errorCode && messageOf(errorCode),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of the outcome, by the clock of the database. Null while it is PENDING.',
      resolve: ({ endedAt }) => endedAt,
    }),
  }),
});

builder.prismaObjectField('SyncRun', 'recorded', (t) =>
  t.field({
    type: connectionOf('SyncTarget'),
    columns: [],
    description: `The outcomes that this version of the run is the first to count: ${MAX_RECORDED} at most.`,
    args: {
      status: t.arg({ type: SyncTargetStatus, description: 'Only those of this status.' }),
      tenantId: t.arg.id({ description: 'Only that of this tenant.', ...idOf('Tenant') }),
      ...pageArgs(t.arg, { type: 'SyncTarget' }),
    },
    resolve: ({ id, version }, { status, tenantId, ...args }, ctx) =>
      tablePage<SyncTargetRow>(ctx, ctx.db.syncTarget, {
        args,
        order: [{ rows: 'SyncTarget', column: 'id', kind: 'id', direction: 'asc' }],
        where: {
          AND: [{ runId: id, recordedIn: version }, status ? { status } : {}, tenantId ? { tenantId } : {}],
        },
        feed: PLATFORM_FEED,
      }),
  }),
);

builder.prismaObjectField('SyncRun', 'targets', (t) =>
  t.field({
    type: connectionOf('SyncTarget'),
    columns: [],
    description: 'The tenants of the run with their outcomes.',
    args: {
      status: t.arg({ type: SyncTargetStatus, description: 'Only those of this status.' }),
      tenantId: t.arg.id({ description: 'Only that of this tenant.', ...idOf('Tenant') }),
      ...pageArgs(t.arg, { type: 'SyncTarget' }),
    },
    resolve: ({ id }, { status, tenantId, ...args }, ctx) =>
      tablePage<SyncTargetRow>(ctx, ctx.db.syncTarget, {
        args,
        order: [{ rows: 'SyncTarget', column: 'id', kind: 'id', direction: 'asc' }],
        where: { AND: [{ runId: id }, status ? { status } : {}, tenantId ? { tenantId } : {}] },
        feed: PLATFORM_FEED,
      }),
  }),
);
