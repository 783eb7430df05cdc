import { setImmediate } from 'node:timers/promises';
import { resolve } from '../../../configuration/algebra/resolve.ts';
import { CATALOGUE, type KnownPath } from '../../../configuration/catalogue/catalogue.ts';
import { MODULE_PATHS } from '../../../configuration/catalogue/modules.ts';
import type { Document } from '../../../configuration/layers/document.ts';
import type { LockedLayer } from '../../../configuration/layers/layers.ts';
import { NAMED_TENANTS } from '../../../configuration/layers/tenant-groups.ts';
import type { Deadline } from '../../../core/requests/deadline.ts';
import { enabledRules } from '../../sync-rules/sync-rules.requests.ts';
import type { Reading } from '../layers-above.ts';
import type { SettingChange } from '../setting-changes.ts';
import { type Audience, audiencesOf } from './audiences.ts';
import { LedgerWithChanges, type Steps } from './ledger-with-changes.ts';
import { ModuleCounts, type ModuleSwitch } from './module-counts.ts';
import { PathImpact } from './path-impact.ts';
import { RoleCounts, type RoleImpact } from './role-counts.ts';
import { ruledSteps } from './ruled-steps.ts';
import { ENDING_PATHS, SessionEndCounts } from './session-ends.ts';

/** A tenant with the paths whose values change in it. */
export interface TenantImpact {
  readonly tenantId: string;
  readonly paths: readonly string[];
  /** The number of its users' sessions that would end. */
  readonly endedSessionCount: number;
}

/** The effects of a write on those below a layer. */
export interface Impact {
  readonly tenantCount: number;
  readonly userCount: number;
  /** The first tenants by id. */
  readonly tenants: readonly TenantImpact[];
  readonly paths: readonly PathImpact[];
  readonly roles: readonly RoleImpact[];
  readonly modules: readonly ModuleSwitch[];
  /** The number of conflicts that rules would leave, in all tenants together. */
  readonly conflictCount: number;
  /** The number of sessions that the rules of sign-in would end which end none of them now. */
  readonly endedSessionCount: number;
}

/** The bounds of an answer. */
interface Limits {
  /** Absent: until the transaction ends. */
  readonly deadline?: Pick<Deadline, 'refusal'>;
  readonly isUnbounded: boolean;
  /** Whether the sessions are counted that would end. */
  readonly countsSessions: boolean;
}

/** The audiences that are computed before other requests have their turn. */
const AT_A_TIME = 200;

/**
 * Computes what a write does to the effective settings below a layer, from the same ledgers and by the same function as
 * the settings themselves. Throws QUERY_TOO_COMPLEX for too many groups, and when time runs out.
 */
export async function impactOf(
  tx: Reading,
  layer: LockedLayer,
  changes: readonly SettingChange[],
  { deadline, isUnbounded, countsSessions }: Limits,
): Promise<Impact> {
  const ledger = new LedgerWithChanges(tx.db, layer, changes);
  const changed = changes.map(({ entry }) => entry);
  const endings =
    countsSessions && changed.some((entry) => ENDING_PATHS.includes(entry)) ? new SessionEndCounts() : null;
  const paths = withRelated(changed, endings !== null);
  const audiences = paths.length > 0 ? await audiencesOf(tx, { layer, paths, ledger, isUnbounded }) : [];
  const isAdopted = layer.row.scope === 'PLATFORM' || layer.row.scope === 'BUSINESS_TYPE';
  const rules = isAdopted ? await enabledRules(tx.db) : null;
  const tally = new Tally(changed, layer);
  for (let from = 0; from < audiences.length; from += AT_A_TIME) {
    if (deadline?.refusal) throw deadline.refusal;
    const some = audiences.slice(from, from + AT_A_TIME);
    const steps = await ledger.stepsOf(
      some.flatMap(({ before, after }) => [before, after]),
      paths,
    );
    for (const [index, audience] of some.entries()) {
      const [before, after] = [steps[2 * index] ?? NO_STEPS, steps[2 * index + 1] ?? NO_STEPS];
      const ruled = ruledSteps(rules, paths, audience, [before, after]);
      const [old, now] = [documentOf(paths, before), documentOf(paths, ruled.steps)];
      tally.add(audience, old, now, ruled.conflicts);
      endings?.add(audience, old, now);
    }
    await setImmediate();
  }
  const impact = tally.impact();
  if (!endings) return impact;
  const named = impact.tenants.map(({ tenantId }) => tenantId);
  const ended = await endings.count(tx, { below: layer.row, paths, max: null }, named);
  return {
    ...impact,
    endedSessionCount: ended.count,
    tenants: impact.tenants.map((tenant) => ({
      ...tenant,
      endedSessionCount: ended.inTenants.get(tenant.tenantId) ?? 0,
    })),
  };
}

const NO_STEPS: Steps = new Map();

/** A module also depends on those that it needs, and the end of a session on all rules that can end it. */
function withRelated(changed: readonly KnownPath[], endsSessions: boolean): readonly KnownPath[] {
  const isOfModules = changed.some(({ type }) => type === 'MODULES');
  return CATALOGUE.filter(
    (entry) =>
      changed.includes(entry) ||
      (isOfModules && MODULE_PATHS.includes(entry)) ||
      (endsSessions && ENDING_PATHS.includes(entry)),
  );
}

function documentOf(paths: readonly KnownPath[], steps: Steps): Document {
  return new Map(paths.map((entry) => [entry.path, resolve(entry, steps.get(entry.path) ?? [])]));
}

/** Adds up what happens to each audience. */
class Tally {
  readonly #paths: readonly PathImpact[];
  readonly #roles = new RoleCounts();
  readonly #modules = new ModuleCounts();
  #tenants: TenantImpact[] = [];
  #tenantCount = 0;
  #userCount = 0;

  constructor(changed: readonly KnownPath[], { row }: LockedLayer) {
    this.#paths = changed.map((entry) => new PathImpact(entry, row.scope));
  }

  add(audience: Audience, before: Document, after: Document, conflicts: ReadonlySet<string>): void {
    const { tenants, users, roles } = audience;
    for (const path of this.#paths) if (conflicts.has(path.path)) path.conflictCount += tenants?.count ?? 0;
    const changed = this.#paths.filter((path) => path.add(audience, before, after)).map(({ path }) => path);
    if (changed.length === 0) return;
    this.#userCount += users;
    if (!tenants) return;
    this.#tenantCount += tenants.count;
    const named = tenants.tenantIds.map((tenantId) => ({ tenantId, paths: changed, endedSessionCount: 0 }));
    this.#tenants = [...this.#tenants, ...named].toSorted(byTenant).slice(0, NAMED_TENANTS);
    this.#roles.add(roles, changed, before, after);
    this.#modules.add(tenants.count, before, after);
  }

  impact(): Impact {
    return {
      tenantCount: this.#tenantCount,
      userCount: this.#userCount,
      tenants: this.#tenants,
      paths: this.#paths,
      roles: this.#roles.impacts(),
      modules: this.#modules.switches(),
      conflictCount: this.#paths.reduce((sum, { conflictCount }) => sum + conflictCount, 0),
      endedSessionCount: 0,
    };
  }
}

function byTenant(one: TenantImpact, other: TenantImpact): number {
  return one.tenantId < other.tenantId ? -1 : 1;
}
