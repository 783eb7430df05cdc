import { RequestError } from '../../core/requests/errors.ts';
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
import { type Asking, type Deciding, decide, inTurn, policiesAbout } from './decision.ts';
import { type PoliciesInForce, policiesInForce } from './policies-in-force.ts';

/** A decision that would be different. */
export interface ChangedDecision {
  readonly userId: string;
  readonly path: string;
  readonly before: FileAccessEffect;
  readonly after: FileAccessEffect;
}

/** What a preview has found, in the order of the users' ids and of the paths. */
export interface PolicyPreview {
  readonly tenantId: string;
  readonly changes: readonly ChangedDecision[];
}

/** The users that one preview asks about, and how many are read at a time. */
const MAX_USERS = 10_000;
const USERS_AT_A_TIME = 500;
/** The steps of all decisions together, at worst: some seconds of a processor, which others have in between. */
const MAX_STEPS = 100_000_000;

/** A policy that is there, or one that is tried. */
export type TriedPolicy = Deciding & Pick<FileAccessPolicy, 'conditionCost'>;

/** A change of policies, and the users and files that a preview asks about. */
export interface Trial {
  /** Makes the policies that would be in force from those that are. */
  readonly change: (policies: readonly FileAccessPolicy[]) => readonly TriedPolicy[];
  readonly users: Where<User>;
  readonly paths: readonly string[];
  readonly now: Date;
}

/** A preview holds what it reads and finds, so a tenant has one at a time, however many are asked for. */
const previews = new OneAtATime();

/**
 * Decides about every user and path by the policies as they are and as they would be. Throws QUERY_TOO_COMPLEX for more
 * users or steps than one preview may take, and when the time is over.
 */
export async function previewPolicies(
  db: PrismaClient,
  asking: Asking,
  trial: Trial,
): Promise<PolicyPreview> {
  const changes = await previews.run(asking.tenantId, async () => {
    const where = await inTurn(asking, () => toPrismaWhere(trial.users));
    const inForce = await policiesInForce(db, asking.tenantId);
    // In a suspended tenant no user has access to gain or to lose.
    if (inForce.isSuspended) return [];
    const paths = await pathsInQuestion(trial, inForce.policies, asking);
    requireWithin(paths, await db.user.count({ where }));
    return compareAll(db, { pool: inForce.pool, now: trial.now, paths, where, asking });
  });
  return { tenantId: asking.tenantId, changes };
}

/** A path with the policies that are about it. */
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
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `A preview asks about ${MAX_USERS} users at most; there are ${users}.`,
    );
  }
  const costs = paths.flatMap(({ before, after }) => [...before, ...after]).map((one) => one.conditionCost);
  const steps = users * costs.reduce((sum, cost) => sum + cost, 0);
  if (steps > MAX_STEPS) {
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `This may take ${steps} steps, and a preview ${MAX_STEPS}: ask about fewer paths.`,
    );
  }
}

interface Comparison {
  readonly pool: PoliciesInForce['pool'];
  readonly now: Date;
  readonly paths: readonly PathInQuestion[];
  readonly where: object;
  readonly asking: Asking;
}

async function compareAll(db: PrismaClient, comparison: Comparison): Promise<ChangedDecision[]> {
  const changes: ChangedDecision[] = [];
  let last: string | undefined;
  for (;;) {
    const users = await db.user.findMany({
      where: { AND: [comparison.where, last ? { id: { gt: last } } : {}] },
      orderBy: { id: 'asc' },
      take: USERS_AT_A_TIME,
    });
    for (const user of users) changes.push(...(await compare(user, comparison)));
    last = users.at(-1)?.id;
    if (users.length < USERS_AT_A_TIME) return changes;
  }
}

async function compare(row: User, { pool, now, paths, asking }: Comparison): Promise<ChangedDecision[]> {
  const user = await inTurn(asking, () => new ConditionUser(row, pool));
  const changes: ChangedDecision[] = [];
  for (const one of paths) {
    const facts = { user, file: new ConditionFile(one.path), now };
    const was = await decide(one.before, facts, asking);
    const will = await decide(one.after, facts, asking);
    if (was.effect === will.effect) continue;
    changes.push({ userId: row.id, path: one.path, before: was.effect, after: will.effect });
  }
  return changes;
}
