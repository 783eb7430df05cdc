import type { Step } from '../../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../../configuration/catalogue/catalogue.ts';
import type { LayersAt } from '../../../configuration/layers/document.ts';
import { heldAt } from '../../../configuration/layers/inherited.ts';
import { afterOwnWrite, afterRules } from '../../../configuration/rules/after-rules.ts';
import type { DecidingRule } from '../../../configuration/rules/strategy-of.ts';
import type { Audience } from './audiences.ts';
import type { Steps } from './ledger-with-changes.ts';

/** The steps of some paths on which rules have decided, and the paths of the conflicts that they leave. */
export interface RuledSteps {
  readonly steps: Steps;
  readonly conflicts: ReadonlySet<string>;
}

/**
 * Decides by the rules, as an adoption does, about each path in which what is above reaches a tenant: not if the tenant
 * holds it for an opt-out. An open conflict is decided again. Without rules the tenant itself writes, and no layer above.
 */
export function ruledSteps(
  rules: readonly DecidingRule[] | null,
  paths: readonly KnownPath[],
  { kind, after: layers, disputed, proposed }: Audience,
  [before, after]: readonly [Steps, Steps],
): RuledSteps {
  // Rules decide about tenants and their users: what the platform sets acts on those above them as it is.
  if (kind === 'USERS_ABOVE_TENANTS') return { steps: after, conflicts: new Set() };
  const steps = new Map<string, readonly Step[]>();
  const conflicts = new Set<string>();
  for (const entry of paths) {
    const { path } = entry;
    const [old, now] = [before.get(path) ?? [], after.get(path) ?? []];
    const isDisputed = disputed.includes(path);
    const isReached = isDisputed || (versionsAbove(old) !== versionsAbove(now) && !isHeld(layers, path));
    const ruled = !isReached
      ? { steps: now, isConflict: false }
      : rules
        ? afterRules(rules, entry, old, now)
        : afterOwnWrite(entry, old, now, proposed.includes(path));
    steps.set(path, ruled.steps);
    if (ruled.isConflict) conflicts.add(path);
  }
  return { steps, conflicts };
}

/** The versions that wrote what acts above a tenant, as text to compare. */
function versionsAbove(steps: readonly Step[]): string {
  const above = steps.filter(({ scope }) => scope === 'PLATFORM' || scope === 'BUSINESS_TYPE');
  return JSON.stringify(above.map(({ scope, adopted }) => [scope, adopted?.version]));
}

function isHeld({ platform, businessType, holds }: LayersAt, path: string): boolean {
  return [platform, businessType].some((layer) => layer && heldAt(holds, layer.id, path) !== undefined);
}
