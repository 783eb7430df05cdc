import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Where } from '../../core/rights/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type {
  FileAccessEffect,
  FileAccessPolicy,
  PrismaClient,
  User,
} from '../../generated/prisma/client.ts';
import { OneAtATime } from '../../lib/one-at-a-time.ts';
import { ConditionFile, ConditionUser } from './conditions/vocabulary.ts';
import { type Asking, decide, inTurn, policiesAbout } from './decision.ts';
import { type CountedFailure, FailureCounts } from './failure-counts.ts';
import { type PoliciesInForce, policiesInForce } from './policies-in-force.ts';
import type { TriedPolicy } from './tried-policy.ts';

const PREVIEW = sentences('QUERY_TOO_COMPLEX', {
  TOO_MANY_USERS: 'A preview asks about {max} users at most; there are {count}.',
  PREVIEW_TOO_COSTLY: 'This may take {count} steps, and a preview {max}: ask about fewer paths.',
});

/** A decision that the change of policies would alter. */
export interface ChangedDecision {
  readonly userId: string;
  readonly path: string;
  readonly before: FileAccessEffect;
  readonly after: FileAccessEffect;
}

/** The result of a preview: the changes by user id and then by path. */
export interface PolicyPreview {
  readonly tenantId: string;
  readonly changes: readonly ChangedDecision[];
  /** The conditions that could not be evaluated after the change, those that fail most often first. */
  readonly failures: readonly CountedFailure[];
}

/** The largest number of users in one preview, and how many it reads at a time. */
const MAX_USERS = 10_000;
const USERS_AT_A_TIME = 500;
/** The largest number of steps of all decisions together: some seconds of a processor, shared with other work. */
const MAX_STEPS = 100_000_000;

/** A change of policies, with the users and files for which a preview decides. */
export interface Trial {
  /** Returns the policies in force after the change, given those in force before it. */
  readonly change: (policies: readonly FileAccessPolicy[]) => readonly TriedPolicy[];
  readonly users: Where<User>;
  readonly paths: readonly string[];
  readonly now: Date;
}

/** A tenant runs one preview at a time, because each holds its policies and results in memory. */
const previews = new OneAtATime();

/**
 * Decides about every user and path by the policies before and after the change. Throws QUERY_TOO_COMPLEX for more users
 * or steps than one preview may have, and when time runs out.
 */
export async function previewPolicies(
  db: PrismaClient,
  asking: Asking,
  trial: Trial,
): Promise<PolicyPreview> {
  const found = await previews.run(asking.tenantId, async () => {
    const where = await inTurn(asking, () => toPrismaWhere(trial.users));
    const inForce = await policiesInForce(db, asking.tenantId);
    // No user of a suspended tenant has access before or after.
    if (inForce.isSuspended) return { changes: [], failures: [] };
    const paths = await pathsInQuestion(trial, inForce.policies, asking);
    requireWithin(paths, await db.user.count({ where }));
    return compareAll(db, { pool: inForce.pool, now: trial.now, paths, where, asking });
  });
  return { tenantId: asking.tenantId, ...found };
}

/** A path with the policies that match it, before and after the change. */
interface PathInQuestion {
  readonly path: string;
  readonly before: readonly TriedPolicy[];
  readonly after: readonly TriedPolicy[];
}

async function pathsInQuestion(
  { paths, change }: Trial,
  policies: readonly FileAccessPolicy[],
  asking: Asking,
): Promise<PathInQuestion[]> {
  const changed = change(policies);
  const found: PathInQuestion[] = [];
  for (const path of [...new Set(paths)].sort()) {
    const before = await policiesAbout(policies, path, asking);
    found.push({ path, before, after: await policiesAbout(changed, path, asking) });
  }
  return found;
}

function requireWithin(paths: readonly PathInQuestion[], users: number): void {
  if (users > MAX_USERS) {
    throw new RequestError(PREVIEW.TOO_MANY_USERS({ max: MAX_USERS, count: users }));
  }
  const costs = paths.flatMap(({ before, after }) => [...before, ...after]).map((one) => one.conditionCost);
  const steps = users * costs.reduce((sum, cost) => sum + cost, 0);
  if (steps > MAX_STEPS) {
    throw new RequestError(PREVIEW.PREVIEW_TOO_COSTLY({ count: steps, max: MAX_STEPS }));
  }
}

interface Comparison {
  readonly pool: PoliciesInForce['pool'];
  readonly now: Date;
  readonly paths: readonly PathInQuestion[];
  readonly where: object;
  readonly asking: Asking;
}

async function compareAll(
  db: PrismaClient,
  comparison: Comparison,
): Promise<Omit<PolicyPreview, 'tenantId'>> {
  const changes: ChangedDecision[] = [];
  const failures = new FailureCounts();
  let last: string | undefined;
  for (;;) {
    const users = await db.user.findMany({
      where: { AND: [comparison.where, last ? { id: { gt: last } } : {}] },
      orderBy: { id: 'asc' },
      take: USERS_AT_A_TIME,
    });
    for (const user of users) changes.push(...(await compare(user, comparison, failures)));
    last = users.at(-1)?.id;
    if (users.length < USERS_AT_A_TIME) return { changes, failures: failures.mostFrequent() };
  }
}

async function compare(
  row: User,
  { pool, now, paths, asking }: Comparison,
  failures: FailureCounts,
): Promise<ChangedDecision[]> {
  const user = await inTurn(asking, () => new ConditionUser(row, pool));
  const changes: ChangedDecision[] = [];
  for (const one of paths) {
    const facts = { user, file: new ConditionFile(one.path), now };
    const was = await decide(one.before, facts, asking);
    const will = await decide(one.after, facts, asking);
    failures.add(will.failures);
    if (was.effect === will.effect) continue;
    changes.push({ userId: row.id, path: one.path, before: was.effect, after: will.effect });
  }
  return changes;
}
