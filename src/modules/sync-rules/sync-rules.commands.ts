import { z } from 'zod';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { PLATFORM_LAYER } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import { isPathGlob, MAX_GLOB_CHARACTERS } from '../../configuration/rules/path-glob.ts';
import { pathsOfRule } from '../../configuration/rules/strategy-of.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidState, limitReached, UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import {
  checkedText,
  choice,
  defaulted,
  flag,
  integer,
  listOf,
  text,
} from '../../core/requests/input-fields.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import { rowToDelete } from '../../db/row-to-change.ts';
import type { SyncRule } from '../../generated/prisma/client.ts';
import { lockRules } from './lock-rules.ts';
import { faultsOfRule, type WantedRule } from './rule-check.ts';
import { syncRules } from './sync-rules.access.ts';
import { syncRuleEntity } from './sync-rules.changes.ts';
import { enabledRules } from './sync-rules.requests.ts';

// Invariants of this room: of two enabled rules about one path none has the priority of the other; no enabled rules make a
// circle; a deviation is there exactly where an enabled rule reports the path and the tenant's own setting acts as another
// value than it would inherit; a report changes no setting.

/** The most rules there are. Each adoption reads those that are enabled. */
const MAX_RULES = 100;
const MAX_TRIGGERS = 20;

const GLOB = sentences('INVALID_INPUT', {
  NO_GLOB: '"{field}" needs names, * or ** between dots, and at most {max} characters.',
  GLOB_MATCHES_NO_PATH: '"{field}" matches no path of the catalogue.',
});
const LIMIT = sentences('LIMIT_REACHED', { TOO_MANY_RULES: 'There are {max} rules, which is the most.' });
const LAST = sentences('INVALID_STATE', {
  LAST_RULE: 'One rule remains, so that a start does not bring the first ones back: disable it instead.',
});

const glob = checkedText(
  'A glob over the paths of `configCatalogue`: names between dots, `*` for one name, `**` for any number of them',
  () =>
    z
      .string()
      .refine(isPathGlob, { ...refusing(GLOB.NO_GLOB({ max: MAX_GLOB_CHARACTERS })), abort: true })
      .refine(
        (trigger) => pathsOfRule({ triggers: [trigger] }).length > 0,
        refusing(GLOB.GLOB_MATCHES_NO_PATH()),
      ),
  [`at most ${MAX_GLOB_CHARACTERS} characters`],
);

const fields = {
  name: text('The name, unique among rules', { max: 100 }),
  triggers: listOf(
    {
      ...glob,
      description:
        'The paths whose changes it is about, as globs: names between dots, `*` for one name, `**` for any number of them',
    },
    { max: MAX_TRIGGERS },
  ),
  targetScopes: listOf(choice('ConfigScope', 'The scopes that it reaches: TENANT, or TENANT and USER'), {
    max: 2,
  }),
  direction: choice('SyncDirection', 'The direction'),
  strategy: choice('SyncStrategy', 'The strategy'),
  autoApply: defaulted(
    flag('Whether a tenant adopts by itself; otherwise each change waits for a decision of the tenant'),
    'true by default',
  ),
  enabled: defaulted(flag('Whether it acts'), 'true by default'),
  priority: integer('The priority: of the rules about a path, the one with the smallest number decides', {
    min: 1,
    max: 1_000_000,
  }),
};

export const syncRuleCreateInput = createInput(fields);

export const syncRuleUpdateInput = updateInput(fields);

/**
 * Creates a rule; throws UserErrors for a bad input, a name that is taken, and a rule that contradicts others, closes a
 * circle with them, or would touch what the platform leaves to users.
 */
export const createSyncRule = createCommand(syncRuleEntity, syncRuleCreateInput, async (tx, data) => {
  await lockRules(tx.db);
  if ((await tx.db.syncRule.count()) >= MAX_RULES)
    throw limitReached(LIMIT.TOO_MANY_RULES({ max: MAX_RULES }), 'input');
  const { enabled = true, autoApply = true } = data;
  await requireFitting(tx, { ...data, enabled, autoApply }, null);
  return tx.db.syncRule.create({ data });
});

/** Changes a rule; throws what `createSyncRule` throws. Adoptions that have already been keep what the rule decided then. */
export const updateSyncRule = updateCommand(
  syncRules,
  syncRuleUpdateInput,
  async (tx, data, before) => {
    const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
    await requireFitting(tx, { ...before, ...given }, before.id);
    return given;
  },
  (tx) => lockRules(tx.db),
);

/** Deletes a rule; throws UserErrors for no such rule, an old version, and the last one. */
export async function deleteSyncRule(ctx: ViewerContext, args: RowArgs): Promise<Written<SyncRule>> {
  return ctx.transact(async (tx) => {
    await lockRules(tx.db);
    const rule = await rowToDelete(tx, ctx, syncRules, args);
    if ((await tx.db.syncRule.count()) === 1) throw invalidState(LAST.LAST_RULE(), 'id');
    return tx.delete(syncRuleEntity, rule);
  });
}

async function requireFitting(tx: Transaction, rule: WantedRule, id: string | null): Promise<void> {
  const others = (await enabledRules(tx.db)).filter((other) => other.id !== id);
  const errors = faultsOfRule(rule, others, await userOwnedPaths(tx));
  if (errors.length > 0) throw new UserErrors(errors);
}

/** The paths that the newest version of the platform's layer leaves to users. */
async function userOwnedPaths({ db }: Transaction): Promise<ReadonlySet<string>> {
  const layer = await db.configuration.findFirst({ where: PLATFORM_LAYER });
  if (!layer) return new Set();
  const paths = CATALOGUE.map(({ path }) => path);
  const wanted = paths.map((path) => ({ configurationId: layer.id, version: layer.version, path }));
  const settings = await readSettings(db, wanted);
  return new Set(paths.filter((_, index) => settings[index]?.mode === 'USER_OWNED'));
}
