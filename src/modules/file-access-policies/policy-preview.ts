import { RequestError } from '../../core/errors.ts';
import type { Where } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type {
  FileAccessEffect,
  FileAccessPolicy,
  PrismaClient,
  User,
} from '../../generated/prisma/client.ts';
import { ConditionFile, ConditionUser } from './conditions/vocabulary.ts';
import { type Deciding, decide, policiesAbout } from './decision.ts';
import type { PoliciesInForce } from './policies-in-force.ts';

/** A decision that would come out otherwise. */
export interface AccessChange {
  readonly user: User;
  readonly path: string;
  readonly before: FileAccessEffect;
  readonly after: FileAccessEffect;
}

/** Who would gain and who would lose. */
export interface PolicyPreview {
  readonly gainedCount: number;
  readonly lostCount: number;
  /** The first ones; `isTruncated` says whether there are more. */
  readonly changes: readonly AccessChange[];
  readonly isTruncated: boolean;
}

/** The users that one preview asks about, and how many are read at a time. */
const MAX_USERS = 10_000;
const USERS_AT_A_TIME = 500;
/** The steps of all decisions together, at worst: some seconds of a processor, which others have in between. */
const MAX_STEPS = 100_000_000;
const MAX_LISTED = 100;

/** A policy that is there, or one that is tried. */
export type TriedPolicy = Deciding & Pick<FileAccessPolicy, 'conditionCost'>;

/** What would be decided about whom. */
export interface Trial {
  /** What is in force, and what would be. */
  readonly before: PoliciesInForce;
  readonly after: readonly TriedPolicy[];
  readonly users: Where<User>;
  readonly paths: readonly string[];
  readonly now: Date;
}

/**
 * Decides about every user and path by the policies as they are and as they would be. Throws QUERY_TOO_COMPLEX for more
 * users or steps than one preview may take.
 */
export async function previewPolicies(db: PrismaClient, trial: Trial): Promise<PolicyPreview> {
  const where = toPrismaWhere(trial.users);
  const paths = await pathsInQuestion(trial);
  requireWithin(paths, await db.user.count({ where }));
  const tally = new Tally();
  let last: string | undefined;
  for (;;) {
    const users = await db.user.findMany({
      where: { AND: [where, last ? { id: { gt: last } } : {}] },
      orderBy: { id: 'asc' },
      take: USERS_AT_A_TIME,
    });
    for (const user of users) await compare(trial, user, paths, tally);
    last = users.at(-1)?.id;
    if (users.length < USERS_AT_A_TIME) return tally.preview();
  }
}

/** A path with the policies that are about it. */
interface PathInQuestion {
  readonly path: string;
  readonly before: readonly TriedPolicy[];
  readonly after: readonly TriedPolicy[];
}

async function pathsInQuestion({ paths, before, after }: Trial): Promise<PathInQuestion[]> {
  const found: PathInQuestion[] = [];
  for (const path of new Set(paths)) {
    const [was, will] = [await policiesAbout(before.policies, path), await policiesAbout(after, path)];
    found.push({ path, before: was, after: will });
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

async function compare(
  { before, now }: Trial,
  row: User,
  paths: readonly PathInQuestion[],
  tally: Tally,
): Promise<void> {
  const user = new ConditionUser(row, before.pool);
  for (const one of paths) {
    const facts = { user, file: new ConditionFile(one.path), now };
    const [was, will] = [await decide(one.before, facts), await decide(one.after, facts)];
    if (was.effect !== will.effect) {
      tally.add({ user: row, path: one.path, before: was.effect, after: will.effect });
    }
  }
}

/** Counts all changes and keeps the first ones. */
class Tally {
  readonly #changes: AccessChange[] = [];
  #gained = 0;
  #lost = 0;

  add(change: AccessChange): void {
    if (change.after === 'ALLOW') this.#gained += 1;
    else this.#lost += 1;
    if (this.#changes.length < MAX_LISTED) this.#changes.push(change);
  }

  preview(): PolicyPreview {
    return {
      gainedCount: this.#gained,
      lostCount: this.#lost,
      changes: this.#changes,
      isTruncated: this.#gained + this.#lost > this.#changes.length,
    };
  }
}
