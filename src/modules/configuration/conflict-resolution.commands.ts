import { canonical } from '../../configuration/algebra/canonical.ts';
import type { Json } from '../../configuration/algebra/json.ts';
import type { Setting } from '../../configuration/algebra/settings.ts';
import { type KnownPath, knownPath } from '../../configuration/catalogue/catalogue.ts';
import { type LockedLayer, lockLayer, tenantLayer } from '../../configuration/layers/layers.ts';
import { readSettings } from '../../configuration/layers/setting-ledger.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { UpdateArgs } from '../../core/requests/command-args.ts';
import { invalidInput, invalidState, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { type InputField, oneOf, optional } from '../../core/requests/input-fields.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { ConfigConflict } from '../../generated/prisma/client.ts';
import { configConflicts } from '../config-conflicts/config-conflicts.access.ts';
import { configConflictEntity } from '../config-conflicts/config-conflicts.changes.ts';
import { fromColumn, isSecret, toColumn } from '../config-conflicts/conflict-sides.terms.ts';
import { noteSync } from '../sync-runs/tenant-sync-notes.requests.ts';
import { write } from './configuration.commands.ts';
import { value as anyValue } from './configuration-input.ts';
import { faultOf } from './setting-changes.ts';

const INPUT = sentences('INVALID_INPUT', {
  SIDE_OR_VALUE: 'Either a side or a value is required, and not both.',
  SECRET_BY_SIDE: 'The conflict of a secret is resolved by a side: set another secret with `configUpdate`.',
});
const STATE = sentences('INVALID_STATE', {
  CONFLICT_ENDED: 'The conflict is not open: its status is {status}.',
  PATH_RETIRED: 'The catalogue does not have the path any more.',
});

/** The sides of a conflict. */
type ConflictSide = 'PLATFORM' | 'TENANT';

const side: InputField<ConflictSide, ConflictSide> = {
  presence: 'required',
  graphqlType: 'ConfigConflictSide',
  isList: false,
  description: 'The side whose value acts',
  limits: [],
  check: () => oneOf<ConflictSide>(['PLATFORM', 'TENANT']),
};

const value: InputField<Json | undefined, Json | undefined, 'default'> = {
  ...anyValue,
  description: 'Another value, which the tenant sets; null is a value',
};

export const configConflictResolveInput = createInput({ side: optional(side), value });

/** A decision: a side, or a value of neither. */
type Decision = { readonly side: ConflictSide } | { readonly side: 'VALUE'; readonly value: Json };

/**
 * Resolves an open conflict, as a version of the tenant's layer: with the platform's side the tenant's own setting is unset,
 * with the tenant's it is set again, or another value is set. Throws UserErrors for a bad input, no such conflict, one that
 * has ended, an old version, and for what the layers above or the rights of the viewer do not allow.
 */
export async function resolveConflict(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof configConflictResolveInput>,
): Promise<Written<ConfigConflict>> {
  const decision = readDecision(input);
  return ctx.transact(async (tx) => {
    const tenantId = await tenantOf(tx, ctx, args.id);
    await requireTenant(tx, tenantId);
    // Before the conflict, as adoption does: of two, each would wait for the other.
    const layer = await lockLayer(tx, tenantLayer(tenantId));
    const conflict = await rowToChange(tx, ctx, configConflicts, args);
    if (conflict.status !== 'OPEN') {
      throw invalidState(STATE.CONFLICT_ENDED({ status: conflict.status }), 'id');
    }
    const entry = knownPath(conflict.path);
    if (!entry) throw invalidState(STATE.PATH_RETIRED(), 'id');
    const setting = await settingFor(tx, layer, conflict, entry, decision);
    const at = ['input', decision.side === 'VALUE' ? 'value' : 'side'];
    const { version } = await write(tx, ctx, layer, [{ entry, setting, at }], { step: 'RESOLVE' });
    const resolved = await tx.update(configConflictEntity, conflict, {
      status: 'RESOLVED',
      resolution: decision.side,
      endedAt: await tx.now(),
      resolvedById: ctx.viewer.userId,
      ours: toColumn(setting?.value),
      ownVersion: version,
    });
    await noteSync(tx, tenantId);
    return resolved;
  });
}

function readDecision(input: InputOf<typeof configConflictResolveInput>): Decision {
  parseInput(configConflictResolveInput, input);
  // Parsing drops null, which is a value here.
  const { side: chosen, value: given } = input as { side?: ConflictSide | null; value?: Json };
  if ((chosen == null) === (given === undefined)) throw invalidInput(INPUT.SIDE_OR_VALUE(), 'input');
  return chosen ? { side: chosen } : { side: 'VALUE', value: given as Json };
}

/** The tenant of a conflict, which never changes. Throws NOT_FOUND for one that is not visible to the viewer. */
async function tenantOf({ db }: Transaction, { viewer }: ViewerContext, id: string): Promise<string> {
  const visible = toPrismaWhere(configConflicts.visibleTo(viewer));
  const found = await db.configConflict.findFirst({ where: { AND: [{ id }, visible] } });
  if (!found) throw notFound(configConflicts.type, 'id');
  return found.tenantId;
}

/** The setting of the tenant after a decision; null for none. The mode of its own setting stays. */
async function settingFor(
  { db }: Transaction,
  { row }: LockedLayer,
  conflict: ConfigConflict,
  entry: KnownPath,
  decision: Decision,
): Promise<Setting | null> {
  if (decision.side === 'PLATFORM') return null;
  const { path } = entry;
  const [own] = await readSettings(db, [{ configurationId: row.id, version: row.version, path }]);
  const mode = own?.mode ?? 'DEFAULT';
  if (decision.side !== 'VALUE') {
    const value = own?.value === undefined ? inheritedBy(conflict, entry) : own.value;
    return value === undefined ? null : { value, mode };
  }
  if (isSecret(entry)) throw invalidInput(INPUT.SECRET_BY_SIDE(), 'input', 'value');
  const fault = faultOf(entry, decision.value);
  if (fault) throw invalidInput(fault, 'input', 'value');
  return { value: canonical(entry, decision.value), mode };
}

/** The value that a tenant keeps of a proposal without a setting of its own: what it inherited before. */
function inheritedBy({ isProposal, base }: ConfigConflict, entry: KnownPath): Json | undefined {
  if (!isProposal) return undefined;
  const inherited = fromColumn(base);
  return inherited === undefined ? entry.default : inherited;
}
