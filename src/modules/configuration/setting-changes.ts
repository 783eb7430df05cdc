import type { Json } from '../../configuration/algebra/json.ts';
import { type SettingRefusal, settingRefusal } from '../../configuration/algebra/setting-refusal.ts';
import type { Mode, Scope, Setting, Step } from '../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { knownPath } from '../../configuration/catalogue/catalogue.ts';
import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { documentFault, MAX_CHARACTERS, MAX_DEPTH } from './document-limits.ts';

const INPUT = sentences('INVALID_INPUT', {
  UNKNOWN_PATH: 'The catalogue has no such path.',
  PATH_TWICE: 'The path is named twice.',
  NO_PATHS: 'No path is named.',
  VALUE_TOO_LARGE: 'The value has more than {max} characters.',
  VALUE_TOO_DEEP: 'The value has more than {max} lists and objects within one another.',
  VALUE_HAS_RESERVED_KEY: 'A key of the value is reserved.',
  VALUE_DOES_NOT_FIT: 'The value does not fit the schema of the path, at "{pointer}": it {explanation}.',
  VALUE_MISSING: 'A value is required, unless the mode is USER_OWNED.',
  MODE_NOT_ALLOWED: 'The path may not have the mode {mode} here.',
  NOT_SETTABLE_HERE: 'The path cannot be set at the scope {scope}.',
  FLOOR_WEAKER: 'The value is weaker than the floor of a scope above, which is {floor}.',
});
const STATE = sentences('INVALID_STATE', {
  LOCKED_ABOVE: 'A scope above has locked the path.',
});

/** A change of one path: a setting, or null to unset it; and where the input names it. */
export interface SettingChange {
  readonly entry: KnownPath;
  readonly setting: Setting | null;
  readonly at: readonly string[];
}

/** A path to set, as clients name it. */
export interface GivenSetting {
  readonly path: string;
  readonly value?: Json | undefined;
  readonly mode?: Mode | null | undefined;
}

/** The input of a write: paths to set and paths to unset. */
export interface GivenChanges {
  readonly set?: readonly GivenSetting[] | null | undefined;
  readonly unset?: readonly string[] | null | undefined;
}

/**
 * Reads the changes of an input. Throws UserErrors for paths that the catalogue does not have or that are named twice, and
 * for values that are too large, too deep, of a reserved key, or of another type than their path.
 */
export function readChanges({ set, unset }: GivenChanges): readonly SettingChange[] {
  const errors: UserError[] = [];
  const changes: SettingChange[] = [];
  const seen = new Set<string>();
  const read = (path: string, setting: Setting | null, at: readonly string[], pathAt: readonly string[]) => {
    const entry = knownPath(path);
    if (!entry) return errors.push(userError(INPUT.UNKNOWN_PATH(), pathAt));
    if (seen.has(path)) return errors.push(userError(INPUT.PATH_TWICE(), pathAt));
    seen.add(path);
    const fault = setting?.value === undefined ? null : faultOf(entry, setting.value);
    if (fault) return errors.push(userError(fault, [...at, 'value']));
    return changes.push({ entry, setting, at });
  };
  for (const [index, { path, value, mode }] of (set ?? []).entries()) {
    const at = ['input', 'set', String(index)];
    read(path, { ...(value !== undefined && { value }), mode: mode ?? 'DEFAULT' }, at, [...at, 'path']);
  }
  for (const [index, path] of (unset ?? []).entries()) {
    const at = ['input', 'unset', String(index)];
    read(path, null, at, at);
  }
  if (errors.length === 0 && changes.length === 0) errors.push(userError(INPUT.NO_PATHS(), ['input']));
  if (errors.length > 0) throw new UserErrors(errors);
  return changes;
}

/** Finds the fault of a value; null if it has none. The bounds come first: no schema is asked about a document that exceeds them. */
export function faultOf({ check }: KnownPath, value: Json): Fault<'INVALID_INPUT'> | null {
  const fault = documentFault(value);
  if (fault === 'TOO_LARGE') return INPUT.VALUE_TOO_LARGE({ max: MAX_CHARACTERS });
  if (fault === 'TOO_DEEP') return INPUT.VALUE_TOO_DEEP({ max: MAX_DEPTH });
  if (fault === 'FORBIDDEN_KEY') return INPUT.VALUE_HAS_RESERVED_KEY();
  const misfit = check(value);
  return misfit && INPUT.VALUE_DOES_NOT_FIT({ pointer: misfit.pointer, explanation: misfit.explanation });
}

/**
 * Refuses changes that the layers above do not allow, all together; throws UserErrors. To unset a path is always allowed:
 * what a lock shadows may go.
 */
export function requireAllowed(
  changes: readonly SettingChange[],
  scope: Scope,
  above: ReadonlyMap<string, readonly Step[]>,
): void {
  const errors = changes.flatMap(({ entry, setting, at }) => {
    if (!setting) return [];
    const refusal = settingRefusal(entry, above.get(entry.path) ?? [], scope, setting);
    return refusal ? [errorOf(refusal, scope, setting, at)] : [];
  });
  if (errors.length > 0) throw new UserErrors(errors);
}

function errorOf(
  refusal: SettingRefusal,
  scope: Scope,
  { mode }: Setting,
  named: readonly string[],
): UserError {
  // Only an entry of "set" has a path, a mode and a value of its own.
  const at = (part: string) => (named.includes('set') ? [...named, part] : named);
  switch (refusal.rule) {
    case 'LOCKED_ABOVE':
      return userError(STATE.LOCKED_ABOVE(), at('path'));
    case 'NOT_SETTABLE_HERE':
      return userError(INPUT.NOT_SETTABLE_HERE({ scope }), at('path'));
    case 'MODE_NOT_ALLOWED':
      return userError(INPUT.MODE_NOT_ALLOWED({ mode }), at('mode'));
    case 'VALUE_MISSING':
      return userError(INPUT.VALUE_MISSING(), at('value'));
    case 'FLOOR_WEAKER':
      return userError(INPUT.FLOOR_WEAKER({ floor: JSON.stringify(refusal.floor) }), at('value'));
    case 'INVALID_VALUE':
      return userError(
        INPUT.VALUE_DOES_NOT_FIT({ pointer: '', explanation: 'is of another type' }),
        at('value'),
      );
  }
}
