import type { Origin } from './changes/recording.ts';
import type { Transactions } from './changes/transactions.ts';
import type { FirstAdmin } from './config/config.ts';
import type { Setting } from './configuration/algebra/settings.ts';
import { CATALOGUE } from './configuration/catalogue/catalogue.ts';
import { writeVersion } from './configuration/layers/layer-versions.ts';
import { lockLayer, PLATFORM_LAYER } from './configuration/layers/layers.ts';
import { readSettings } from './configuration/layers/setting-ledger.ts';
import type { Log } from './core/process/log.ts';
import { StartError } from './core/process/start-error.ts';
import { systemActor } from './core/rows/actor.ts';
import type { Transaction } from './core/rows/transact.ts';
import type { User } from './generated/prisma/client.ts';
import { scheduleAdoptions } from './modules/configuration/adoption.ts';
import { inheritedAfter } from './modules/configuration/effective-changes.ts';
import { endSessions } from './modules/sessions/session-ending.ts';
import { altersRights, homeFeedOf, userEntity } from './modules/users/users.changes.ts';

/** The dependencies of `resetAdmin`. */
interface AdminResetParts {
  /** The account that can sign in afterwards. */
  readonly admin: FirstAdmin;
  readonly transactions: Transactions;
  hashPassword(password: string): Promise<string>;
  verifyPassword(passwordHash: string | null, password: string): Promise<boolean>;
  readonly log: Log;
}

const ORIGIN: Origin = { actor: systemActor('admin reset'), requestId: null, ip: null };

/** The state of an account that can sign in by its password alone, and mend everything else. */
const ABLE = {
  role: 'PLATFORM_ADMIN',
  isActive: true,
  status: 'ACTIVE',
  hasSecondFactor: false,
} as const satisfies Partial<User>;

/**
 * Lets the operator in again, whatever was set: the platform's settings of sign-in return to their defaults, and the
 * account is an administrator of the platform who signs in with the password alone. A repeated reset changes nothing. Throws
 * StartError if the address is that of a user who can be no such administrator.
 */
export async function resetAdmin({
  admin,
  transactions,
  hashPassword,
  verifyPassword,
  log,
}: AdminResetParts): Promise<void> {
  const { value } = await transactions.of(ORIGIN)(async (tx) => {
    await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('lockstep first admin'))`;
    return {
      unsetPaths: await unsetSignIn(tx),
      isAccountReset: await resetAccount(tx, admin, { hashPassword, verifyPassword }),
    };
  });
  log.warn(value, 'ADMIN_RESET: the administrator can sign in again; start without it from now on');
}

/** Unsets what the platform has set of sign-in, also what cannot be read; returns the paths. */
async function unsetSignIn(tx: Transaction): Promise<readonly string[]> {
  if (!(await tx.db.configuration.findFirst({ where: PLATFORM_LAYER }))) return [];
  const layer = await lockLayer(tx, PLATFORM_LAYER);
  const { id: configurationId, version } = layer.row;
  const entries = CATALOGUE.filter(({ type }) => type === 'AUTH');
  const present = await readSettings(
    tx.db,
    entries.map(({ path }) => ({ configurationId, version, path })),
  );
  const changes = entries
    .filter((_, index) => present[index])
    .map((entry) => ({ entry, setting: null, at: [] }));
  if (changes.length === 0) return [];
  const paths = changes.map(({ entry }) => entry.path);
  const settings = new Map<string, Setting | null>(paths.map((path) => [path, null]));
  const inherited = inheritedAfter(layer, changes);
  await writeVersion(tx, layer, { step: 'WRITE', settings, inherited, actorId: null }, async () => paths);
  await scheduleAdoptions(tx, null);
  return paths;
}

/** Creates the account, or gives it what it lacks; its sessions end with that. Returns whether it lacked anything. */
async function resetAccount(
  tx: Transaction,
  { email, password }: FirstAdmin,
  { hashPassword, verifyPassword }: Pick<AdminResetParts, 'hashPassword' | 'verifyPassword'>,
): Promise<boolean> {
  const found = await tx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (!found) {
    const credential = { create: { passwordHash: await hashPassword(password) } };
    const data = { name: 'Administrator', email, role: ABLE.role, credential };
    tx.created(userEntity, await tx.db.user.create({ data }));
    return true;
  }
  await tx.lock(userEntity, found.id);
  const { credential, secondFactor, ...user } = await tx.db.user.findUniqueOrThrow({
    where: { id: found.id },
    include: { credential: true, secondFactor: true },
  });
  if (user.tenantId || user.organizationId || user.isServiceAccount) {
    throw new StartError(
      'ADMIN_EMAIL must be a new address or that of a user of the platform when ADMIN_RESET is set: this one belongs to a user of a tenant or an organization, or to a service account.',
    );
  }
  const isProved = await verifyPassword(credential?.passwordHash ?? null, password);
  const isAble = Object.entries(ABLE).every(([column, value]) => user[column as keyof User] === value);
  if (isProved && isAble && !secondFactor) return false;
  const userId = user.id;
  const now = await tx.now();
  if (!isProved) {
    const passwordHash = await hashPassword(password);
    await tx.db.credential.upsert({
      where: { userId },
      create: { userId, passwordHash },
      update: { passwordHash },
    });
  }
  await tx.db.secondFactor.deleteMany({ where: { userId } });
  const rights = altersRights(user, ABLE) ? { rightsVersion: user.rightsVersion + 1 } : {};
  await tx.update(userEntity, user, { ...ABLE, ...rights, ...(!isProved && { passwordChangedAt: now }) });
  await endSessions(tx, { where: { userId }, feed: homeFeedOf(user), now });
  return true;
}
