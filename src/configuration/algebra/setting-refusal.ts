import { holds } from './floors.ts';
import type { Json } from './json.ts';
import { resolve } from './resolve.ts';
import type { PathRules, Scope, Setting, Step } from './settings.ts';

/** Why a setting may not be written at a scope. */
export type SettingRefusal =
  | {
      readonly rule:
        | 'NOT_SETTABLE_HERE'
        | 'LOCKED_ABOVE'
        | 'INVALID_VALUE'
        | 'VALUE_MISSING'
        | 'MODE_NOT_ALLOWED';
    }
  | { readonly rule: 'FLOOR_WEAKER'; readonly floor: Json };

/**
 * Tells why a setting may not be written at a scope below `above`; null if it may. It is the same for each way to a
 * setting: a write, a resolution of a conflict, a rollback. What lies below is no reason: a lock is accepted whatever it
 * shadows, and a floor whatever it clamps.
 */
export function settingRefusal(
  rules: PathRules,
  above: readonly Step[],
  scope: Scope,
  { value, mode }: Setting,
): SettingRefusal | null {
  if (!rules.settableAt.includes(scope)) return { rule: 'NOT_SETTABLE_HERE' };
  const inherited = resolve(rules, above);
  if (inherited.isLocked) return { rule: 'LOCKED_ABOVE' };
  if (!mayHaveMode(rules, inherited.mode, scope, mode)) return { rule: 'MODE_NOT_ALLOWED' };
  if (value === undefined) return mode === 'USER_OWNED' ? null : { rule: 'VALUE_MISSING' };
  if (!rules.isValid(value)) return { rule: 'INVALID_VALUE' };
  const { floor } = inherited;
  const isWeaker = rules.floor && floor !== undefined && !holds(rules.floor, value, floor);
  return isWeaker ? { rule: 'FLOOR_WEAKER', floor } : null;
}

/** A scope may set a mode where none is set above, or one that is stricter. There is no scope below a user. */
function mayHaveMode(rules: PathRules, above: Setting['mode'], scope: Scope, mode: Setting['mode']): boolean {
  if (mode === 'DEFAULT') return true;
  if (scope === 'USER' || (mode === 'FLOOR' && !rules.floor)) return false;
  if (mode === 'USER_OWNED' && !rules.settableAt.includes('USER')) return false;
  return above === 'DEFAULT' || (above === 'FLOOR' && mode !== 'USER_OWNED');
}
