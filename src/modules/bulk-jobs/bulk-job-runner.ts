import type { Origin } from '../../changes/recording.ts';
import type { Transactions } from '../../changes/transactions.ts';
import type { SendSignal } from '../../core/feeds/signal.ts';
import type { Log } from '../../core/process/log.ts';
import { UserErrors } from '../../core/requests/errors.ts';
import type { Authentication } from '../../core/rights/authentication.ts';
import type { Asking } from '../../core/rights/identity.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { actorOf, systemActor } from '../../core/rows/actor.ts';
import type { BulkAction } from '../../core/rows/bulk-action.ts';
import type { TryOut } from '../../core/rows/transact.ts';
import type { BulkJob, PrismaClient } from '../../generated/prisma/client.ts';
import { BackgroundLoop } from '../../lib/background-loop.ts';
import { type Batch, doItems, noteRefusal, tryItems } from './bulk-job-batch.ts';
import { endJob, talliesOf } from './bulk-job-end.ts';
import { isPacked, unpackPart } from './bulk-job-parts.ts';
import { progressSignal } from './bulk-job-progress.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

/** The size of a batch, small so that transactions are short and others do not wait long for the locked rows. */
const BATCH = 25;
const IDLE_MS = 250;
/** The interval between progress signals: counting the items costs more than processing some of them. */
const PROGRESS_MS = 100;
const RETRY_MS = 1_000;
/** The number of faults of the server after which an item fails. */
const MAX_FAULTS = 3;

export interface BulkJobRunnerParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of' | 'tryOut'>;
  readonly actions: readonly BulkAction[];
  /** Returns a user with its current rights; null if the user, or the API token by which it asked, may no longer act. */
  readonly viewerOf: (asking: Asking) => Promise<Viewer | null>;
  readonly authentication: Pick<Authentication, 'acceptedIssuers'>;
  readonly send: SendSignal;
  readonly log: Log;
}

/**
 * Runs bulk jobs, those of one tenant one after the other and those of different tenants in turn, in the name of the
 * requester and under the requester's permissions at that time. Every node has a runner, and several may work on the same
 * job: a batch claims items that no other node has claimed, and the items of a crashed node are pending again as soon as
 * PostgreSQL notices that its connection is gone.
 */
export class BulkJobRunner {
  readonly #parts: BulkJobRunnerParts;
  readonly #loop: BackgroundLoop;
  #toldAt = 0;

  constructor(parts: BulkJobRunnerParts) {
    this.#parts = parts;
    this.#loop = new BackgroundLoop(
      () => this.#goRound(),
      (error) => {
        parts.log.warn({ err: error }, 'bulk jobs retry: database unavailable');
        return RETRY_MS;
      },
    );
  }

  start(): void {
    this.#loop.start();
  }

  /** Waits for the current batch; another node, or this one after a restart, processes the remaining items. */
  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Processes a batch of the oldest open job of each tenant; returns the pause before the next round. */
  async #goRound(): Promise<number> {
    const { prisma, actions } = this.#parts;
    const jobs = await prisma.bulkJob.findMany({
      // This node skips the kinds of jobs that only a newer release knows: nodes of that release run them.
      where: { status: { in: ['QUEUED', 'RUNNING'] }, kind: { in: actions.map(({ kind }) => kind) } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      distinct: ['tenantId'],
    });
    let isBusy = false;
    for (const job of jobs) {
      if (this.#loop.isStopping) return 0;
      isBusy = (await this.#doBatch(job)) || isBusy;
    }
    if (performance.now() - this.#toldAt >= PROGRESS_MS) await this.#tellProgress(jobs);
    return isBusy ? 0 : IDLE_MS;
  }

  /** Processes one batch of a job; returns false if there was nothing to do for this node. */
  async #doBatch(job: BulkJob): Promise<boolean> {
    // Its requester may not act while the tenant is archived: read just before a restore, that would refuse its items.
    if (await this.#isResting(job)) return false;
    if (job.status === 'QUEUED') {
      if (await unpackPart(this.#parts.prisma, job)) return true;
      await this.#begin(job);
    }
    const count = await this.#doItems(job, { size: BATCH, only: null }).catch((error: Error) =>
      this.#doOneByOne(job, error),
    );
    const hasEnded = count < BATCH && (await this.#endIfDone(job));
    return count > 0 || hasEnded;
  }

  async #isResting({ tenantId: id }: BulkJob): Promise<boolean> {
    const where = { id, status: 'ARCHIVED' as const };
    return (await this.#parts.prisma.tenant.findFirst({ where, select: { id: true } })) !== null;
  }

  async #begin(job: BulkJob): Promise<void> {
    await this.#change(job, async (tx, now) => {
      // Another node may be unpacking the last lines.
      if (now.status !== 'QUEUED' || (await isPacked(tx.db, now))) return;
      await tx.update(bulkJobEntity, now, { status: 'RUNNING', startedAt: new Date() });
    });
  }

  async #doItems(job: BulkJob, which: Batch): Promise<number> {
    const { actions, transactions, viewerOf, authentication } = this.#parts;
    const action = actions.find(({ kind }) => kind === job.kind);
    if (!action) throw new Error(`No room has an action for ${job.kind}.`);
    const viewer = await viewerOf({ userId: job.requestedById, sessionId: job.apiTokenId, ip: job.ip });
    const acting = viewer && { viewer, authentication };
    const actor = viewer ? actorOf(viewer) : SYSTEM;
    const transact = transactions.of({ ...originOf(job), actor, jobId: job.id });
    if ('applyLine' in action && action.isDryRun) {
      const tryOut: TryOut = (work) => transactions.tryOut(work);
      return tryItems({ tryOut, transact }, job, which, { action, acting });
    }
    const { value } = await transact((tx) => doItems(tx, job, which, { action, acting }));
    return value;
  }

  /** Processes the items of a failed batch one by one, so that one item cannot stop the others. */
  async #doOneByOne(job: BulkJob, reason: Error): Promise<number> {
    const { prisma, log } = this.#parts;
    log.warn({ err: reason, job: job.id }, 'bulk job batch failed: retrying item by item');
    const pending = await prisma.bulkJobItem.findMany({
      where: { jobId: job.id, status: 'PENDING' },
      orderBy: { id: 'asc' },
      take: BATCH,
    });
    for (const { id } of pending) {
      await this.#doItems(job, { size: 1, only: id }).catch((error: Error) =>
        this.#noteFailure(job, id, error),
      );
    }
    return pending.length;
  }

  /** Records why an item failed that was processed alone: it was refused, or the server has a fault. */
  async #noteFailure(job: BulkJob, id: string, error: Error): Promise<void> {
    if (!(error instanceof UserErrors)) return this.#noteFault(id, error);
    await noteRefusal(this.#parts.transactions.of({ ...originOf(job), actor: SYSTEM }), job, id, error);
  }

  /** Counts a fault at an item, unless another node has processed the item in the meantime. */
  async #noteFault(id: string, error: Error): Promise<void> {
    const { prisma, log } = this.#parts;
    log.error({ err: error, item: id }, 'bulk job item failed');
    await prisma.$executeRaw`
      UPDATE bulk_job_item SET
        faults = faults + 1,
        input = CASE WHEN faults + 1 < ${MAX_FAULTS} THEN input END,
        status = CASE WHEN faults + 1 >= ${MAX_FAULTS} THEN 'FAILED' ELSE status END,
        message = CASE WHEN faults + 1 >= ${MAX_FAULTS} THEN 'The server failed at it; its log says why.' END
      WHERE id = ${id}::uuid AND status = 'PENDING'`;
  }

  async #endIfDone(job: BulkJob): Promise<boolean> {
    const isPending = { jobId: job.id, status: 'PENDING' } as const;
    // Another node may be processing the last items.
    if (await this.#parts.prisma.bulkJobItem.findFirst({ where: isPending, select: { id: true } }))
      return false;
    await this.#change(job, async (tx, now) => {
      if (!now.completedAt) await endJob(tx, now, 'COMPLETED');
    });
    await this.#tellProgress([job]);
    return true;
  }

  /** Changes the locked job in the name of the system. */
  async #change(
    job: BulkJob,
    work: (tx: Parameters<typeof endJob>[0], now: BulkJob) => Promise<unknown>,
  ): Promise<void> {
    await this.#parts.transactions.of({ ...originOf(job), actor: SYSTEM })(async (tx) => {
      await tx.lock(bulkJobEntity, job.id);
      await work(tx, await tx.db.bulkJob.findUniqueOrThrow({ where: { id: job.id } }));
    });
  }

  async #tellProgress(jobs: readonly BulkJob[]): Promise<void> {
    if (jobs.length === 0) return;
    this.#toldAt = performance.now();
    const tallies = await talliesOf(
      this.#parts.prisma,
      jobs.map(({ id }) => id),
    );
    for (const job of jobs) {
      this.#parts.send(
        progressSignal(
          job,
          tallies.find(({ id }) => id === job.id),
        ),
      );
    }
  }
}

const SYSTEM = systemActor('bulk jobs');

function originOf({ requestId, ip }: BulkJob): Pick<Origin, 'requestId' | 'ip'> {
  return { requestId, ip };
}
