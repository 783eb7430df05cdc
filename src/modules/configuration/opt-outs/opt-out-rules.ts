import { resolve } from '../../../configuration/algebra/resolve.ts';
import { CATALOGUE, type KnownPath, knownPath } from '../../../configuration/catalogue/catalogue.ts';
import type { ConfigurationType } from '../../../configuration/catalogue/catalogue-path.ts';
import { type LayersAt, stepsAt } from '../../../configuration/layers/document.ts';
import { invalidInput, type UserError, UserErrors, userError } from '../../../core/requests/errors.ts';
import { type Fault, sentences } from '../../../core/requests/fault.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { ConfigOptOut } from '../../../generated/prisma/client.ts';
import { MAX_DAYS } from './config-opt-out-input.ts';
import { pathsOf } from './opted-out.requests.ts';

const DAY_MS = 86_400_000;

const INPUT = sentences('INVALID_INPUT', {
  TYPE_OR_PATHS: 'Either a type or paths are required, and not both.',
  NO_PATH_OF_CATALOGUE: 'The catalogue has no such path.',
  OPT_OUT_ENDS_IN_PAST: 'The end of the opt-out is not in the future.',
  OPT_OUT_TOO_LONG: 'The end of the opt-out is more than {max} days ahead.',
});
const STATE = sentences('INVALID_STATE', {
  LOCK_OR_FLOOR_ABOVE: 'A scope above has a lock or a floor for the path, from which no tenant can opt out.',
  OPTED_OUT_ALREADY: 'The tenant has opted out of {path} already: catch up first, or change that opt-out.',
  PATH_IN_CONFLICT: 'The path {path} has an open conflict: resolve it first.',
  OPT_OUT_HAS_ENDED: 'The opt-out has ended.',
});

/** The paths of an opt-out that is to begin, and where the input names each. */
export interface NamedPath {
  readonly entry: KnownPath;
  readonly at: readonly string[];
}

/** Finds the paths that an input names; throws UserErrors unless it has a type or paths of the catalogue. */
export function namedPaths(
  type: ConfigurationType | null | undefined,
  paths: readonly string[] | null | undefined,
): readonly NamedPath[] {
  const isOne = type ? !paths : paths && paths.length > 0;
  if (!isOne) throw invalidInput(INPUT.TYPE_OR_PATHS(), 'input');
  if (type) {
    return CATALOGUE.filter((entry) => entry.type === type).map((entry) => ({
      entry,
      at: ['input', 'type'],
    }));
  }
  const errors: UserError[] = [];
  const named = (paths ?? []).flatMap((path, index) => {
    const at = ['input', 'paths', String(index)];
    const entry = knownPath(path);
    if (!entry) errors.push(userError(INPUT.NO_PATH_OF_CATALOGUE(), at));
    return entry ? [{ entry, at }] : [];
  });
  if (errors.length > 0) throw new UserErrors(errors);
  return named;
}

/** Refuses paths of which the tenant has opted out already: each is held by one opt-out at most. */
export function requireNotOptedOut(named: readonly NamedPath[], active: readonly ConfigOptOut[]): void {
  refuseTaken(named, new Set(active.flatMap(pathsOf)), STATE.OPTED_OUT_ALREADY);
}

/** Refuses paths with an open conflict, which holds them until it ends: each hold has one reason. */
export function requireNoConflict(named: readonly NamedPath[], inConflict: ReadonlySet<string>): void {
  refuseTaken(named, inConflict, STATE.PATH_IN_CONFLICT);
}

function refuseTaken(
  named: readonly NamedPath[],
  taken: ReadonlySet<string>,
  faultOf: (params: { readonly path: string }) => Fault<'INVALID_STATE'>,
): void {
  const errors = named
    .filter(({ entry }) => taken.has(entry.path))
    .map(({ entry: { path }, at }) => userError(faultOf({ path }), at));
  const [first] = errors;
  // A type is one place in the input, so one of its paths is enough.
  if (first) throw new UserErrors(named[0]?.at[1] === 'type' ? [first] : errors);
}

/**
 * Refuses named paths that a scope above the tenant has locked or given a floor, which act from their newest version
 * whatever the tenant wants. Of a type such paths are no reason: the others stay.
 */
export async function requireFree(
  { db }: Transaction,
  { platform, businessType, adopted, holds }: LayersAt,
  named: readonly NamedPath[],
): Promise<void> {
  const ofPaths = named.filter(({ at }) => at[1] === 'paths');
  const above = { platform, businessType, adopted, holds };
  const steps = await stepsAt(
    db,
    above,
    ofPaths.map(({ entry }) => entry),
  );
  const errors = ofPaths
    .filter(({ entry }) => {
      const { isLocked, floor } = resolve(entry, steps.get(entry.path) ?? []);
      return isLocked || floor !== undefined;
    })
    .map(({ at }) => userError(STATE.LOCK_OR_FLOOR_ABOVE(), at));
  if (errors.length > 0) throw new UserErrors(errors);
}

/** Refuses an end that is not in the future, or too far ahead, by the clock of the database. */
export function requireEndInBounds(expiresAt: Date, now: Date): void {
  if (expiresAt <= now) throw invalidInput(INPUT.OPT_OUT_ENDS_IN_PAST(), 'input', 'expiresAt');
  if (expiresAt.getTime() > now.getTime() + MAX_DAYS * DAY_MS) {
    throw invalidInput(INPUT.OPT_OUT_TOO_LONG({ max: MAX_DAYS }), 'input', 'expiresAt');
  }
}

/** Refuses to change an opt-out that has ended: the next one is an opt-out of its own. */
export function requireActive({ status }: ConfigOptOut): void {
  if (status !== 'ACTIVE') throw new UserErrors([userError(STATE.OPT_OUT_HAS_ENDED(), ['id'])]);
}
