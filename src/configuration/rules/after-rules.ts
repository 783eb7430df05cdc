import { isEqual } from '../algebra/json.ts';
import { baseAbove, mergeOwnSetting } from '../algebra/own-setting-merge.ts';
import { resolve } from '../algebra/resolve.ts';
import type { PathRules, Setting, Step } from '../algebra/settings.ts';
import { type DecidingRule, decidingRule } from './strategy-of.ts';

/** The steps of a path after an adoption on which rules have decided. */
export interface AfterRules {
  readonly steps: readonly Step[];
  /** Whether a rule merges and no merge is possible: what was inherited before stays until the conflict is resolved. */
  readonly isConflict: boolean;
}

/**
 * Tells whether the platform wins over a tenant's own setting. Modes come before rules: only a value of the mode DEFAULT
 * passes over one, because a lock shadows it anyway, a floor allows a stronger one, and what is left to users no rule
 * touches.
 */
export function platformWins(
  rule: Pick<DecidingRule, 'strategy'> | undefined,
  entry: PathRules,
  above: readonly Step[],
): boolean {
  const { mode, source } = resolve(entry, above);
  return rule?.strategy === 'PLATFORM_WINS' && mode === 'DEFAULT' && source !== null;
}

/**
 * Decides by the rules about the own setting of a tenant that what is above reaches. `before` and `after` are the steps
 * without and with the adoption; neither is changed.
 */
export function afterRules(
  rules: readonly DecidingRule[],
  entry: PathRules & { readonly path: string },
  before: readonly Step[],
  after: readonly Step[],
): AfterRules {
  const own = after.find(({ scope }) => scope === 'TENANT');
  if (own?.newest?.value === undefined) return { steps: after, isConflict: false };
  const rule = decidingRule(rules, entry.path);
  const isPassedOver = platformWins(rule, entry, after.filter(isAbove));
  const steps = withOwn(after, { ...own, isPassedOver });
  if (rule?.strategy !== 'MERGE') return { steps, isConflict: false };
  const merge = mergeOwnSetting(entry, baseAbove(entry, before), steps);
  if (merge.kind === 'KEEP') return { steps, isConflict: false };
  if (merge.kind === 'WRITE') return { steps: withOwn(steps, stepOf(merge.setting)), isConflict: false };
  return { steps: held(steps, before), isConflict: true };
}

/**
 * Decides about a path in conflict that the tenant writes itself: the conflict ends if nothing of its own is left, or the
 * same as above. `after` are the steps without the hold.
 */
export function afterOwnWrite(entry: PathRules, before: readonly Step[], after: readonly Step[]): AfterRules {
  const value = after.find(({ scope }) => scope === 'TENANT')?.newest?.value;
  if (value === undefined || isEqual(value, baseAbove(entry, after).value ?? null))
    return { steps: after, isConflict: false };
  return { steps: held(after, before), isConflict: true };
}

function isAbove({ scope }: Step): boolean {
  return scope === 'PLATFORM' || scope === 'BUSINESS_TYPE';
}

function withOwn(steps: readonly Step[], own: Step): readonly Step[] {
  return steps.map((step) => (step.scope === 'TENANT' ? own : step));
}

function stepOf(setting: Setting | null): Step {
  const own = setting ?? undefined;
  return { scope: 'TENANT', newest: own, adopted: own };
}

/** Locks and floors act from the newest version; all else stays at what was adopted before. */
function held(steps: readonly Step[], before: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    const old = before.find(({ scope }) => scope === step.scope);
    return isAbove(step) ? { ...step, adopted: old?.adopted } : step;
  });
}
