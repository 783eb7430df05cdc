import { holds } from './floors.ts';
import type { Json } from './json.ts';
import type { Mode, PathRules, Scope, Setting, Step } from './settings.ts';

/**
 * The outcome of a setting:
 *
 * | standing | |
 * |---|---|
 * | EFFECTIVE | it is the value, or part of it |
 * | OVERRIDDEN | a lower scope has another value |
 * | CLAMPED | a FLOOR above is stronger |
 * | SHADOWED | a scope above has locked the path |
 * | PASSED_OVER | a rule by which the platform wins has passed over it |
 * | INVALID | it is not of the type that the path has now, or with the FLOOR above it would not be, or not settable there |
 */
export type Standing = 'EFFECTIVE' | 'OVERRIDDEN' | 'CLAMPED' | 'SHADOWED' | 'PASSED_OVER' | 'INVALID';

/** A setting that was looked at, from the top. */
export interface Contribution {
  readonly scope: Scope;
  readonly setting: Setting;
  readonly standing: Standing;
}

export interface Effective {
  readonly value: Json;
  /** The lowest scope that gave the value; null if it is the default of the catalogue. */
  readonly source: Scope | null;
  /** The mode of the topmost scope that set one. */
  readonly mode: Mode;
  readonly isLocked: boolean;
  /** The strongest floor so far. */
  readonly floor?: Json;
  readonly contributions: readonly Contribution[];
}

/**
 * Computes the effective value of a path: a pure function of the settings of its scopes, from the top, and never of the
 * time. LOCKED and FLOOR act from the newest version of a layer, all else from the adopted one. Modes come before values:
 * that of the topmost scope governs, and lower ones can only be stricter. Nothing is copied into a lower scope, so what a
 * scope above shadows or clamps acts again as soon as that is gone.
 */
export function resolve(rules: PathRules, steps: readonly Step[]): Effective {
  let effective: Effective = {
    value: rules.default,
    source: null,
    mode: 'DEFAULT',
    isLocked: false,
    contributions: [],
  };
  for (const step of steps) effective = next(rules, effective, step);
  return effective;
}

/** Explains a path: what it would be without each scope that has a setting. */
export function without(rules: PathRules, steps: readonly Step[], scope: Scope): Json {
  return resolve(
    rules,
    steps.filter((step) => step.scope !== scope),
  ).value;
}

function next(rules: PathRules, above: Effective, step: Step): Effective {
  const setting = acting(step);
  if (!setting) return above;
  const { scope } = step;
  const add = (standing: Standing) => [...above.contributions, { scope, setting, standing }];
  if (!rules.settableAt.includes(scope)) return { ...above, contributions: add('INVALID') };
  if (above.isLocked) return { ...above, contributions: add('SHADOWED') };
  if (step.isPassedOver) return { ...above, contributions: add('PASSED_OVER') };
  const mode = allowedMode(above.mode, setting.mode);
  const governing = above.mode === 'DEFAULT' ? mode : above.mode;
  if (setting.value === undefined) return { ...above, mode: governing, contributions: add('EFFECTIVE') };
  const own = combined(rules, above, setting.value);
  const value = rules.floor && above.floor !== undefined ? rules.floor.meet(above.floor, own) : own;
  if (!rules.isValid(setting.value) || !rules.isValid(value))
    return { ...above, contributions: add('INVALID') };
  const isClamped = rules.floor && above.floor !== undefined && !holds(rules.floor, own, above.floor);
  return {
    value,
    source: scope,
    mode: governing,
    isLocked: mode === 'LOCKED',
    ...(mode === 'FLOOR' ? { floor: value } : above.floor !== undefined && { floor: above.floor }),
    contributions: [
      ...(rules.combine === 'REPLACE' ? above.contributions.map(overridden) : above.contributions),
      { scope, setting, standing: isClamped ? 'CLAMPED' : 'EFFECTIVE' },
    ],
  };
}

/** The setting of a step that acts: a lock or floor of the newest version, and else what was adopted. */
function acting({ newest, adopted }: Step): Setting | undefined {
  if (newest?.mode === 'LOCKED' || newest?.mode === 'FLOOR') return newest;
  const isGone = adopted?.mode === 'LOCKED' || adopted?.mode === 'FLOOR';
  return adopted && isGone ? { ...adopted, mode: 'DEFAULT' } : adopted;
}

/** The mode that a scope can have below another one: it may only be stricter, and not where users own the path. */
function allowedMode(above: Mode, own: Mode): Mode {
  if (above === 'USER_OWNED') return 'DEFAULT';
  return above === 'FLOOR' && own === 'USER_OWNED' ? 'DEFAULT' : own;
}

function combined({ combine }: PathRules, { value: above }: Effective, own: Json): Json {
  if (combine === 'REPLACE') return own;
  if (combine === 'MAP') return { ...(above as Record<string, Json>), ...(own as Record<string, Json>) };
  return [...new Set([...(above as readonly string[]), ...(own as readonly string[])])].toSorted();
}

function overridden(contribution: Contribution): Contribution {
  const isEffective = contribution.standing === 'EFFECTIVE' || contribution.standing === 'CLAMPED';
  return isEffective ? { ...contribution, standing: 'OVERRIDDEN' } : contribution;
}
