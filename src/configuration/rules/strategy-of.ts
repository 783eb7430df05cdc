import type { SyncRule } from '../../generated/prisma/client.ts';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import { matchesPath } from './path-glob.ts';

/** The part of a rule that says where it acts. */
export type RuleReach = Pick<SyncRule, 'triggers' | 'targetScopes' | 'direction' | 'enabled' | 'priority'>;

/** The part of a rule that decides. */
export type DecidingRule = RuleReach & Pick<SyncRule, 'strategy' | 'autoApply'>;

/** Tells whether a rule is about a path: one of its triggers matches it. */
export function isAbout({ triggers }: Pick<SyncRule, 'triggers'>, path: string): boolean {
  return triggers.some((glob) => matchesPath(glob, path));
}

/** The paths of the catalogue that a rule is about. They are finite, so overlaps are decided on them and not on globs. */
export function pathsOfRule(rule: Pick<SyncRule, 'triggers'>): readonly string[] {
  return CATALOGUE.map(({ path }) => path).filter((path) => isAbout(rule, path));
}

/** Tells whether a rule acts on what is set above and reaches tenants and users. */
export function actsDown({ direction }: Pick<SyncRule, 'direction'>): boolean {
  return direction !== 'UP';
}

/** Tells whether a rule reports to the platform what tenants set. */
export function reportsUp({ direction }: Pick<SyncRule, 'direction'>): boolean {
  return direction !== 'DOWN';
}

/**
 * Finds the rule that decides between a value from above and the tenant's own: of the enabled ones about the path that act
 * downwards on tenants, the one with the smallest priority. Undefined: none, and then the tenant's value stays.
 */
export function decidingRule<Rule extends RuleReach>(rules: readonly Rule[], path: string): Rule | undefined {
  return first(rules.filter((rule) => actsDown(rule) && reaches(rule, path)));
}

/** Decides between a value from above and the tenant's own. Where no rule does, the tenant's stays, as the algebra has it. */
export function strategyOf(rules: readonly DecidingRule[], path: string): SyncRule['strategy'] {
  return decidingRule(rules, path)?.strategy ?? 'TENANT_WINS';
}

/** Finds the rule that reports what a tenant sets at a path: like `decidingRule`, of those that act upwards. */
export function reportingRule<Rule extends RuleReach>(
  rules: readonly Rule[],
  path: string,
): Rule | undefined {
  return first(rules.filter((rule) => reportsUp(rule) && reaches(rule, path)));
}

function reaches(rule: RuleReach, path: string): boolean {
  return rule.enabled && rule.targetScopes.includes('TENANT') && isAbout(rule, path);
}

/** Priorities differ where rules overlap, so there is one first. */
function first<Rule extends RuleReach>(rules: readonly Rule[]): Rule | undefined {
  return rules.toSorted((one, other) => one.priority - other.priority)[0];
}
