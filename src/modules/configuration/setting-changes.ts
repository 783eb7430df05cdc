import { canonical } from '../../configuration/algebra/canonical.ts';
import type { Json } from '../../configuration/algebra/json.ts';
import { type SettingRefusal, settingRefusal } from '../../configuration/algebra/setting-refusal.ts';
import type { Mode, Scope, Setting, Step } from '../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { knownPath } from '../../configuration/catalogue/catalogue.ts';
import { isSecretValue } from '../../configuration/catalogue/secret-path.ts';
import { newSecretValue } from '../../configuration/layers/layer-secrets.ts';
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
  VALUE_HAS_CONTROL_CHARACTERS: 'A text of the value contains a control character or half a character.',
  VALUE_DOES_NOT_FIT: 'The value does not fit the schema of the path, at "{pointer}": it {explanation}.',
  NO_SECRET: 'The path is no secret: its value is set as `value`.',
  SECRET_AS_VALUE: 'The path is a secret: its text is set as `secret`.',
  SECRET_READ_BACK:
    'A read does not give a secret, so what it gives cannot be written: without value and secret it stays as it is.',
  SECRET_MISSING: 'The layer has no secret here that could stay as it is.',
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
  /** The text of a secret that is set; the setting has the id of its version. */
  readonly secretText?: string;
  readonly at: readonly string[];
}

/** A path to set, as clients name it. */
export interface GivenSetting {
  readonly path: string;
  readonly value?: Json | undefined;
  readonly secret?: string | null | undefined;
  readonly mode?: Mode | null | undefined;
}

/** The input of a write: paths to set and paths to unset. */
export interface GivenChanges {
  readonly set?: readonly GivenSetting[] | null | undefined;
  readonly unset?: readonly string[] | null | undefined;
}

/**
 * Reads the changes of an input. Throws UserErrors for paths that the catalogue does not have or that are named twice,
 * for values that are too large, too deep, of a reserved key, of texts that cannot be stored, or of another type than
 * their path, and for a secret that is given as a value, or a value as a secret.
 */
export function readChanges({ set, unset }: GivenChanges): readonly SettingChange[] {
  const errors: UserError[] = [];
  const changes: SettingChange[] = [];
  const seen = new Set<string>();
  const read = (
    path: string,
    given: GivenSetting | null,
    at: readonly string[],
    pathAt: readonly string[],
  ) => {
    const entry = knownPath(path);
    if (!entry) return errors.push(userError(INPUT.UNKNOWN_PATH(), pathAt));
    if (seen.has(path)) return errors.push(userError(INPUT.PATH_TWICE(), pathAt));
    seen.add(path);
    const error = given && errorIn(entry, given, at);
    if (error) return errors.push(error);
    return changes.push({ entry, at, ...partsOf(entry, given) });
  };
  for (const [index, given] of (set ?? []).entries()) {
    const at = ['input', 'set', String(index)];
    read(given.path, given, at, [...at, 'path']);
  }
  for (const [index, path] of (unset ?? []).entries()) {
    const at = ['input', 'unset', String(index)];
    read(path, null, at, at);
  }
  if (errors.length === 0 && changes.length === 0) errors.push(userError(INPUT.NO_PATHS(), ['input']));
  if (errors.length > 0) throw new UserErrors(errors);
  return changes;
}

function errorIn(entry: KnownPath, { value, secret }: GivenSetting, at: readonly string[]): UserError | null {
  if (entry.isSecret) {
    const isRefused = value !== undefined && (value !== null || secret != null);
    const fault = isSecretValue(value) ? INPUT.SECRET_READ_BACK() : INPUT.SECRET_AS_VALUE();
    return isRefused ? userError(fault, [...at, 'value']) : null;
  }
  if (secret != null) return userError(INPUT.NO_SECRET(), [...at, 'secret']);
  const fault = value === undefined ? null : faultOf(entry, value);
  return fault && userError(fault, [...at, 'value']);
}

/** The setting that an input gives. That of a secret has another version, in place of the text. */
function partsOf(
  entry: KnownPath,
  given: GivenSetting | null,
): Pick<SettingChange, 'setting' | 'secretText'> {
  if (!given) return { setting: null };
  const mode = given.mode ?? 'DEFAULT';
  if (given.secret != null) return { setting: { value: newSecretValue(), mode }, secretText: given.secret };
  return { setting: { ...(given.value !== undefined && { value: canonical(entry, given.value) }), mode } };
}

/** Finds the fault of a value; null if it has none. The bounds come first: no schema is asked about a document that exceeds them. */
export function faultOf({ check }: KnownPath, value: Json): Fault<'INVALID_INPUT'> | null {
  const fault = documentFault(value);
  if (fault === 'TOO_LARGE') return INPUT.VALUE_TOO_LARGE({ max: MAX_CHARACTERS });
  if (fault === 'TOO_DEEP') return INPUT.VALUE_TOO_DEEP({ max: MAX_DEPTH });
  if (fault === 'FORBIDDEN_KEY') return INPUT.VALUE_HAS_RESERVED_KEY();
  if (fault === 'FORBIDDEN_CHARACTER') return INPUT.VALUE_HAS_CONTROL_CHARACTERS();
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
    if (refusal?.rule === 'VALUE_MISSING' && entry.isSecret)
      return [userError(INPUT.SECRET_MISSING(), [...at, 'secret'])];
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
