import { isEqual } from '../algebra/json.ts';
import {
  type Base,
  baseAbove,
  mergeOwnSetting,
  type OwnMerge,
  proposeToTenant,
} from '../algebra/own-setting-merge.ts';
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
  rule: Pick<DecidingRule, 'strategy' | 'autoApply'> | undefined,
  entry: PathRules,
  above: readonly Step[],
): boolean {
  const { mode, source } = resolve(entry, above);
  const isWinner = rule?.strategy === 'PLATFORM_WINS' && rule.autoApply;
  return isWinner && mode === 'DEFAULT' && source !== null;
}

/**
 * Finds what a rule does to a path of a tenant: a merge with its own setting, or a proposal; null for a rule that does
 * neither. A secret is never proposed, because no tenant can keep that of another layer.
 */
export function mergeByRule(
  rule: Pick<DecidingRule, 'strategy' | 'autoApply'> | undefined,
  entry: PathRules & { readonly isSecret?: boolean },
  base: Base,
  now: readonly Step[],
): OwnMerge | null {
  if (rule && !rule.autoApply && !entry.isSecret) {
    const isOwnKept = rule.strategy === 'TENANT_WINS' || rule.strategy === 'USER_WINS';
    return proposeToTenant(entry, base, now, isOwnKept);
  }
  return rule?.strategy === 'MERGE' ? mergeOwnSetting(entry, base, now) : null;
}

/**
 * Decides by the rules about the own setting of a tenant that what is above reaches. `before` and `after` are the steps
 * without and with the adoption; neither is changed.
 */
export function afterRules(
  rules: readonly DecidingRule[],
  entry: PathRules & { readonly path: string; readonly isSecret?: boolean },
  before: readonly Step[],
  after: readonly Step[],
): AfterRules {
  const own = after.find(({ scope }) => scope === 'TENANT');
  const rule = decidingRule(rules, entry.path);
  const isPassedOver = platformWins(rule, entry, after.filter(isAbove));
  const steps = own?.newest?.value === undefined ? after : withOwn(after, { ...own, isPassedOver });
  const merge = mergeByRule(rule, entry, baseAbove(entry, before), steps);
  if (!merge || merge.kind === 'KEEP') return { steps, isConflict: false };
  if (merge.kind === 'WRITE') return { steps: withOwn(steps, stepOf(merge.setting)), isConflict: false };
  return { steps: held(steps, before), isConflict: true };
}

/**
 * Decides about a path in conflict that the tenant writes itself: the conflict ends if nothing of its own is left, or the
 * same as above. Of a proposal what acts without a setting of its own is what it inherited before. `after` are the steps
 * without the hold.
 */
export function afterOwnWrite(
  entry: PathRules,
  before: readonly Step[],
  after: readonly Step[],
  isProposal: boolean,
): AfterRules {
  const own = after.find(({ scope }) => scope === 'TENANT')?.newest?.value;
  const ours = own === undefined && isProposal ? baseAbove(entry, before).value : own;
  const isEnded = (ours === undefined && !isProposal) || isEqual(ours, baseAbove(entry, after).value);
  if (isEnded) return { steps: after, isConflict: false };
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
