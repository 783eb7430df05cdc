import type { Json } from '../../../configuration/algebra/json.ts';
import { isEqual } from '../../../configuration/algebra/json.ts';
import type { Effective, Standing } from '../../../configuration/algebra/resolve.ts';
import { SCOPES, type Scope } from '../../../configuration/algebra/settings.ts';
import type { KnownPath } from '../../../configuration/catalogue/catalogue.ts';
import type { Document } from '../../../configuration/layers/document.ts';
import type { Audience } from './audiences.ts';

/** A change of an effective value, with the number of tenants in which it happens; at the scope USER, of users. */
export interface ValueChange {
  readonly before: Json;
  readonly after: Json;
  readonly count: number;
}

/** The settings that a scope below has of a path, by what becomes of them. */
export interface BelowImpact {
  readonly scope: Scope;
  readonly shadowed: number;
  readonly clamped: number;
  readonly invalid: number;
  readonly actAgain: number;
  readonly passedOver: number;
}

/** The settings below that no longer act as they are written, or do so again. */
type Outcome = Exclude<keyof BelowImpact, 'scope'>;

const OUTCOMES: Readonly<Partial<Record<Standing, Outcome>>> = {
  SHADOWED: 'shadowed',
  CLAMPED: 'clamped',
  INVALID: 'invalid',
  PASSED_OVER: 'passedOver',
};

/** The most changes of values that are shown of a path, and the most that are distinguished. */
const MAX_SHOWN = 20;
const MAX_KNOWN = 10_000;

/** The effects of a write on a path: exact numbers, and the most frequent changes of its value. */
export class PathImpact {
  readonly path: string;
  readonly scope: Scope;
  tenantCount = 0;
  userCount = 0;
  /** The tenants in which a rule would leave a conflict. */
  conflictCount = 0;
  /** The tenants and the users in which a setting below is no longer valid. */
  readonly invalidIn = { tenants: 0, users: 0 };
  readonly #values = new Map<string, ValueChange>();
  readonly #below = new Map<Scope, Record<Outcome, number>>();
  /** The business types whose setting has been counted: they have several groups of tenants. */
  readonly #counted = new Set<string>();

  constructor({ path }: KnownPath, scope: Scope) {
    this.path = path;
    this.scope = scope;
  }

  /** Adds what happens to an audience; tells whether the value changes for it. */
  add(audience: Audience, before: Document, after: Document): boolean {
    const [old, now] = [before.get(this.path), after.get(this.path)];
    if (!old || !now) return false;
    this.#addBelow(audience, old, now);
    if (isEqual(old.value, now.value)) return false;
    const { tenants, users } = audience;
    this.userCount += users;
    this.tenantCount += tenants?.count ?? 0;
    if (tenants || this.scope === 'USER') this.#addValue(old.value, now.value, tenants?.count ?? users);
    return true;
  }

  /** The most frequent changes of the value. */
  get values(): readonly ValueChange[] {
    return [...this.#values.values()].toSorted((one, other) => other.count - one.count).slice(0, MAX_SHOWN);
  }

  /** The outcomes of the settings of the scopes below, from the top. */
  get below(): readonly BelowImpact[] {
    return SCOPES.flatMap((scope) => {
      const counts = this.#below.get(scope);
      return counts ? [{ scope, ...counts }] : [];
    });
  }

  #addValue(before: Json, after: Json, count: number): void {
    const key = JSON.stringify([before, after]);
    const known = this.#values.get(key);
    if (!known && this.#values.size >= MAX_KNOWN) return;
    this.#values.set(key, { before, after, count: (known?.count ?? 0) + count });
  }

  #addBelow(audience: Audience, old: Effective, now: Effective): void {
    for (const scope of SCOPES.slice(SCOPES.indexOf(this.scope) + 1)) {
      const outcome = outcomeOf(standingIn(old, scope), standingIn(now, scope));
      if (!outcome) continue;
      const count = this.#countOf(audience, scope, outcome);
      if (count > 0) this.#countsOf(scope)[outcome] += count;
      if (outcome === 'invalid') this.#addInvalid(audience, scope);
    }
  }

  /** A setting is counted with those whose it is: of a user with users, else with tenants, of a business type once. */
  #countOf({ tenants, users }: Audience, scope: Scope, outcome: Outcome): number {
    if (scope === 'USER') return tenants ? 0 : users;
    if (scope === 'TENANT' || !tenants) return tenants?.count ?? 0;
    const key = `${tenants.businessTypeId} ${outcome}`;
    if (this.#counted.has(key)) return 0;
    this.#counted.add(key);
    return 1;
  }

  #addInvalid({ tenants, users }: Audience, scope: Scope): void {
    if (tenants) this.invalidIn.tenants += tenants.count;
    else if (scope === 'USER') this.invalidIn.users += users;
  }

  #countsOf(scope: Scope): Record<Outcome, number> {
    const counts = this.#below.get(scope) ?? {
      shadowed: 0,
      clamped: 0,
      invalid: 0,
      actAgain: 0,
      passedOver: 0,
    };
    this.#below.set(scope, counts);
    return counts;
  }
}

function standingIn({ contributions }: Effective, scope: Scope): Standing | undefined {
  return contributions.find((one) => one.scope === scope)?.standing;
}

function outcomeOf(before: Standing | undefined, after: Standing | undefined): Outcome | null {
  if (before === after || !after) return null;
  const isHeldBack = before !== undefined && OUTCOMES[before] !== undefined;
  return OUTCOMES[after] ?? (isHeldBack ? 'actAgain' : null);
}
