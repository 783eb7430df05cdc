import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import {
  actsDown,
  type DecidingRule,
  isAbout,
  pathsOfRule,
  reportsUp,
} from '../../configuration/rules/strategy-of.ts';
import { type UserError, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { SyncRule } from '../../generated/prisma/client.ts';

const INPUT = sentences('INVALID_INPUT', {
  NO_TRIGGERS: 'A rule needs a trigger.',
  TARGETS_NOT_TENANTS: 'A rule reaches TENANT, or TENANT and USER.',
  UP_CHANGES_NOTHING:
    'A rule that only reports upwards is TENANT_WINS or USER_WINS: it changes nothing below.',
  USERS_NOT_REACHED: 'With USER_WINS a rule reaches USER.',
  USERS_SET_NONE: 'Users do not set these paths themselves, so USER_WINS is not for them: {paths}.',
  USERS_KEEP_THEIRS:
    'Users set these paths themselves, and {strategy} passes over no user: {paths}. A rule that reaches TENANT alone can be about them.',
});
const STATE = sentences('INVALID_STATE', {
  USER_OWNED_PATHS: 'The platform leaves these paths to users, and no rule touches them: {paths}.',
  PRIORITY_TAKEN: 'The rule "{name}" has this priority, and both are about these paths: {paths}.',
  RULE_CIRCLE: 'Over the path {path} these rules would trigger one another: {circle}.',
});

/** A rule as it would be written. */
export type WantedRule = DecidingRule & Pick<SyncRule, 'name'>;

/** Tells whether a rule changes what acts in a tenant: the other strategies leave the tenant's value, as the algebra does. */
function changesTenants(rule: WantedRule): boolean {
  return actsDown(rule) && (rule.strategy === 'PLATFORM_WINS' || rule.strategy === 'MERGE');
}

/**
 * Lists the faults of a rule beside the other rules that are enabled, and the paths that the platform leaves to users. A
 * rule that is not enabled may contradict others: enabling it asks again.
 */
export function faultsOfRule(
  rule: WantedRule,
  others: readonly WantedRule[],
  userOwned: ReadonlySet<string>,
): readonly UserError[] {
  const own = faultsAlone(rule);
  if (own.length > 0 || !rule.enabled) return own;
  return [
    ...faultsOfModes(rule, userOwned),
    ...faultsOfPriority(rule, others),
    ...faultsOfCircle(rule, others),
  ];
}

function faultsAlone(rule: WantedRule): readonly UserError[] {
  const { triggers, targetScopes, strategy } = rule;
  const errors: UserError[] = [];
  if (triggers.length === 0) errors.push(userError(INPUT.NO_TRIGGERS(), ['input', 'triggers']));
  if (
    !targetScopes.includes('TENANT') ||
    targetScopes.some((scope) => scope !== 'TENANT' && scope !== 'USER')
  )
    errors.push(userError(INPUT.TARGETS_NOT_TENANTS(), ['input', 'targetScopes']));
  const isChange = strategy === 'PLATFORM_WINS' || strategy === 'MERGE';
  if (isChange && !actsDown(rule)) errors.push(userError(INPUT.UP_CHANGES_NOTHING(), ['input', 'strategy']));
  const reachesUsers = targetScopes.includes('USER');
  const [byUsers, notByUsers] = splitByUsers(pathsOfRule(rule));
  if (isChange && reachesUsers && byUsers.length > 0) {
    const fault = INPUT.USERS_KEEP_THEIRS({ strategy, paths: byUsers.join(', ') });
    errors.push(userError(fault, ['input', 'targetScopes']));
  }
  if (strategy === 'USER_WINS' && !reachesUsers)
    errors.push(userError(INPUT.USERS_NOT_REACHED(), ['input', 'targetScopes']));
  if (strategy === 'USER_WINS' && notByUsers.length > 0)
    errors.push(userError(INPUT.USERS_SET_NONE({ paths: notByUsers.join(', ') }), ['input', 'strategy']));
  return errors;
}

/** The paths that users set themselves, and the others. */
function splitByUsers(paths: readonly string[]): readonly [readonly string[], readonly string[]] {
  const byUsers = new Set(
    CATALOGUE.filter(({ settableAt }) => settableAt.includes('USER')).map(({ path }) => path),
  );
  return [paths.filter((path) => byUsers.has(path)), paths.filter((path) => !byUsers.has(path))];
}

function faultsOfModes(rule: WantedRule, userOwned: ReadonlySet<string>): readonly UserError[] {
  const touched = changesTenants(rule) ? pathsOfRule(rule).filter((path) => userOwned.has(path)) : [];
  if (touched.length === 0) return [];
  return [userError(STATE.USER_OWNED_PATHS({ paths: touched.join(', ') }), ['input', 'triggers'])];
}

function faultsOfPriority(rule: WantedRule, others: readonly WantedRule[]): readonly UserError[] {
  const paths = new Set(pathsOfRule(rule));
  const equal = others.filter(({ priority }) => priority === rule.priority);
  return equal.flatMap((other) => {
    const both = pathsOfRule(other).filter((path) => paths.has(path));
    if (both.length === 0) return [];
    const fault = STATE.PRIORITY_TAKEN({ name: other.name, paths: both.join(', ') });
    return [userError(fault, ['input', 'priority'])];
  });
}

/**
 * The first circle with a rule: of a path, a rule that changes what acts in tenants, and one that would report this change
 * to the platform, from where the first one acts. They can be one rule. Priorities do not matter: a rule that decides today
 * can be deleted. Rules that leave the tenant's value make no change.
 */
function faultsOfCircle(rule: WantedRule, others: readonly WantedRule[]): readonly UserError[] {
  const own = pathsOfRule(rule);
  for (const other of [rule, ...others]) {
    const [path] = own.filter((name) => isAbout(other, name));
    const pairs = [[rule, other] as const, [other, rule] as const];
    const circle = pairs.find(([down, up]) => changesTenants(down) && reportsUp(up));
    if (path === undefined || !circle) continue;
    const names = rule === other ? [rule, rule] : [...circle, circle[0]];
    const spelled = names.map(({ name, direction }) => `${name} (${direction})`).join(' → ');
    return [userError(STATE.RULE_CIRCLE({ path, circle: spelled }), ['input', 'direction'])];
  }
  return [];
}
