import { isEqual } from '../../configuration/algebra/json.ts';
import { resolve } from '../../configuration/algebra/resolve.ts';
import { CATALOGUE, type KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { CONFIGURATION_TYPES, type ConfigurationType } from '../../configuration/catalogue/catalogue-path.ts';
import { type LayersAt, stepsAtEach } from '../../configuration/layers/document.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { layersInVersion, PLATFORM_LAYER } from '../../configuration/layers/layers.ts';
import type { Params } from '../../core/requests/fault.ts';
import { signedIn } from '../../core/rights/rules.ts';
import type { Notice } from '../../core/rows/notice.ts';
import type { Configuration, Prisma } from '../../generated/prisma/client.ts';

/** The types of settings that decide what users can do and what reaches them. Colours and labels are seen anyway. */
const NOTICED_TYPES: readonly ConfigurationType[] = ['MODULES', 'AUTH', 'NOTIFICATIONS'];

/** The paths of these that every user may read: so no notification shows what only staff may know, nor a secret. */
const NOTICED_PATHS = CATALOGUE.filter(
  ({ type, readers, isSecret }) => NOTICED_TYPES.includes(type) && readers === 'USERS' && !isSecret,
);

function noticedIn(paths: readonly string[]): readonly KnownPath[] {
  return NOTICED_PATHS.filter(({ path }) => paths.includes(path));
}

/**
 * The users of a tenant learn that settings which act on them have changed: by a write of the tenant, or by its adoption
 * of what is above, with which locks and floors count, too. A user who has set its own value, which still acts, learns
 * nothing; nor does the author.
 */
export const configurationChanged: Notice<Configuration> = {
  key: 'configurationChanged',
  entity: configurationEntity,
  severity: 'INFO',
  text: 'Settings that act on you have changed: {types}.',
  channels: null,
  happens: (before, after) =>
    after.scope === 'TENANT' &&
    after.memberChanges !== (before?.memberChanges ?? 0) &&
    noticedIn(after.memberPaths).length > 0,
  detail: ({ version, memberPaths }) => ({ version, types: typesOf(noticedIn(memberPaths)) }),
  params: (_row, { types = '' }) => ({ types }),
  recipients: async ({ id, tenantId }, db, { version }) => {
    const written = await db.configVersion.findFirst({
      where: { configurationId: id, version: Number(version) },
    });
    // Settings have not changed for a user who came later.
    const known = { tenantId, ...(written && { createdAt: { lte: written.recordedAt } }) };
    return written?.actorId ? { ...known, NOT: { id: written.actorId } } : known;
  },
  concerned: usersWithChange,
  rule: signedIn,
  // Every user of the tenant may read that settings for all its users have changed.
  visibleTo: ({ reach }) => (reach === 'EVERY_TENANT' ? {} : { tenantId: { in: reach } }),
};

function typesOf(paths: readonly KnownPath[]): string {
  return CONFIGURATION_TYPES.filter((one) => paths.some(({ type }) => type === one)).join(', ');
}

/** Those of some users for whom a version of the layer of their tenant has changed the value of a noticed path. */
async function usersWithChange(
  layer: Configuration,
  db: Prisma.TransactionClient,
  { version }: Params,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const platform = (await db.configuration.findFirst({ where: PLATFORM_LAYER })) ?? undefined;
  const at = (number: number) => layersInVersion(db, { ...layer, version: number }, platform);
  const [before, after] = [await at(Number(version) - 1), await at(Number(version))];
  const own = await db.configuration.findMany({
    where: { scope: 'USER', tenantId: layer.tenantId, userId: { in: [...userIds] } },
  });
  // Users without settings of their own have those of the tenant; all are read in one statement.
  const kinds = [undefined, ...own];
  const states: LayersAt[] = kinds.flatMap((user) => [
    { ...before, user },
    { ...after, user },
  ]);
  const steps = await stepsAtEach(db, states, NOTICED_PATHS);
  const differs = (index: number) =>
    NOTICED_PATHS.some((entry) => {
      const [old, now] = [steps[2 * index], steps[2 * index + 1]].map(
        (each) => resolve(entry, each?.get(entry.path) ?? []).value,
      );
      return !isEqual(old ?? null, now ?? null);
    });
  const ofUser = new Map(own.map(({ userId }, index) => [userId, differs(index + 1)]));
  const ofTenant = differs(0);
  return new Set(userIds.filter((id) => ofUser.get(id) ?? ofTenant));
}
