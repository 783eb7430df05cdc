import { randomUUID } from 'node:crypto';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type { DueAction } from '../../../src/core/rows/due-action.ts';
import type { DueKind } from '../../../src/core/rows/due-kind.ts';
import type { Transact, Transaction } from '../../../src/core/rows/transact.ts';
import type { Plan } from '../../../src/generated/prisma/client.ts';
import { DueWorkRunner, type DueWorkRunnerParts } from '../../../src/modules/due-work/due-work-runner.ts';
import { planEntity } from '../../../src/modules/plans/plans.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { silentLog } from '../../support/silent-log.ts';

/** The work of these tests: a plan ends, which its limit of members shows. */
export const planEnd: DueKind<Plan> = { kind: 'planEnd', entity: planEntity };

/** Ends a plan; one that is renewed or has ended stays as it is. */
export const endPlan: DueAction<Plan> = {
  ...planEnd,
  act: (tx, plan) => tx.update(planEntity, plan, { maxMembers: plan.maxMembers ?? 0 }),
};

/** An action that refuses the plan of one name. */
export function failingAt(name: string): DueAction<Plan> {
  return {
    ...endPlan,
    async act(tx, plan) {
      if (plan.name === name) throw new RangeError('This plan cannot end.');
      await endPlan.act(tx, plan);
    },
  };
}

/** A database with plans that end, and nodes that end them. */
export class DuePlans {
  readonly database: OpenDatabase;
  readonly transact: Transact;
  readonly #runners: DueWorkRunner[] = [];

  private constructor(database: OpenDatabase) {
    this.database = database;
    this.transact = database.transactions.of({ actor: systemActor('a test'), requestId: null, ip: null });
  }

  static async open(database?: OpenDatabase): Promise<DuePlans> {
    return new DuePlans(database ?? (await anOpenDatabase()));
  }

  async close(): Promise<void> {
    await this.stopNodes();
    await this.database.drop();
  }

  /** Creates a tenant with a feed and gives its id. */
  async aTenant(): Promise<string> {
    const { prisma } = this.database;
    const organization = await prisma.organization.create({ data: { name: 'Acme', slug: randomUUID() } });
    const data = { organizationId: organization.id, name: 'Acme', slug: randomUUID() };
    const { id } = await prisma.tenant.create({ data });
    await prisma.feedHead.create({ data: { feed: id } });
    return id;
  }

  /** Creates plans of a tenant that end so many milliseconds from now, or did so if the number is negative. */
  async plans(tenantId: string, count: number, endsInMs: number): Promise<Plan[]> {
    const { value } = await this.transact((tx) => this.plansIn(tx, tenantId, count, endsInMs));
    return value;
  }

  /** Creates such plans in a transaction. */
  async plansIn(tx: Transaction, tenantId: string, count: number, endsInMs: number): Promise<Plan[]> {
    const names = Array.from({ length: count }, (_, index) => `${index}-${randomUUID()}`);
    const data = names.map((name) => ({ tenantId, name, monthlyPriceMinor: 100, currency: 'EUR' }));
    const plans = await tx.db.plan.createManyAndReturn({ data });
    const endsAt = new Date((await tx.now()).getTime() + endsInMs);
    for (const plan of plans) await tx.schedule(planEnd, plan, endsAt);
    return plans;
  }

  /** Creates one such plan. */
  async aPlan(tenantId: string, endsInMs: number): Promise<Plan> {
    const [plan] = await this.plans(tenantId, 1, endsInMs);
    if (!plan) throw new Error('No plan was created.');
    return plan;
  }

  /** Has so many plans of a tenant end at this moment. */
  async manyPlans(tenantId: string, count: number): Promise<Plan[]> {
    const { prisma } = this.database;
    const data = Array.from({ length: count }, () => ({
      tenantId,
      name: randomUUID(),
      monthlyPriceMinor: 100,
      currency: 'EUR',
    }));
    const plans = await prisma.plan.createManyAndReturn({ data });
    await prisma.$executeRaw`
      INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
      SELECT gen_random_uuid(), ${planEnd.kind}, id, tenant_id, now(), now()
      FROM plan WHERE id = ANY(${plans.map(({ id }) => id)}::uuid[])`;
    return plans;
  }

  /** The present row of a plan. */
  plan({ id }: Plan): Promise<Plan> {
    return this.database.prisma.plan.findUniqueOrThrow({ where: { id } });
  }

  /** Starts a node that does due work; `parts` replaces some of its parts. */
  startNode(
    action = endPlan,
    parts: Partial<DueWorkRunnerParts> = {},
  ): { readonly metrics: ReturnType<typeof createMetrics> } {
    const { prisma, transactions } = this.database;
    const metrics = createMetrics();
    const actions = [action as unknown as DueAction];
    const runner = new DueWorkRunner({ prisma, transactions, actions, metrics, log: silentLog, ...parts });
    runner.start();
    this.#runners.push(runner);
    return { metrics };
  }

  async stopNodes(): Promise<void> {
    await Promise.all(this.#runners.splice(0).map((runner) => runner.stop()));
  }

  /** Waits until so many rows are scheduled, parked ones included. */
  async untilScheduled(count: number): Promise<void> {
    while ((await this.database.prisma.dueWork.count()) !== count);
  }

  /** Waits until a try of so many rows has failed. */
  async untilFailed(count: number): Promise<void> {
    while ((await this.database.prisma.dueWork.count({ where: { lastError: { not: null } } })) !== count);
  }

  /** Waits until so many rows are parked. */
  async untilParked(count: number): Promise<void> {
    while ((await this.database.prisma.dueWork.count({ where: { parkedAt: { not: null } } })) !== count);
  }

  /** Makes the database see the schedule as it will be after some seconds. */
  async pass(seconds: number): Promise<void> {
    await this.database.prisma.$executeRaw`
      UPDATE due_work SET due_at = due_at - make_interval(secs => ${seconds}),
        try_at = try_at - make_interval(secs => ${seconds})`;
  }

  /** Counts for each of the plans, by the log, how often due work has ended it. */
  async endsOf(plans: readonly Plan[]): Promise<number[]> {
    const changes = await this.database.prisma.change.groupBy({
      by: ['entityId'],
      where: { entityId: { in: plans.map(({ id }) => id) }, actorName: 'due work', actorKind: 'SYSTEM' },
      _count: true,
    });
    const countOf = new Map(changes.map(({ entityId, _count }) => [entityId, _count]));
    return plans.map(({ id }) => countOf.get(id) ?? 0);
  }
}
