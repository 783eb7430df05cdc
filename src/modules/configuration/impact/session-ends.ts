import { isDeepStrictEqual } from 'node:util';
import { type KnownPath, OBEYED_PATHS } from '../../../configuration/catalogue/catalogue.ts';
import type { Document } from '../../../configuration/layers/document.ts';
import { type SignInRules, signInRules } from '../../../configuration/layers/sign-in-rules.ts';
import { type Grouping, usersWithKeys } from '../../../configuration/layers/tenant-groups.ts';
import { type ChangedRules, sessionsToEnd } from '../../sessions/ended-by-rules.requests.ts';
import type { Reading } from '../layers-above.ts';
import type { Audience } from './audiences.ts';

/** The sessions that a write would end: in all, and in the tenants that were named. */
export interface SessionEnds {
  readonly count: number;
  readonly inTenants: ReadonlyMap<string, number>;
}

const AUTH_PATHS = OBEYED_PATHS.filter(({ type }) => type === 'AUTH');

/** The paths by which sessions end. A change of one looks at all of them: one alone does not tell which sessions stay. */
export const ENDING_PATHS: readonly KnownPath[] = AUTH_PATHS.filter(({ path }) =>
  [
    'auth.providers.allowed',
    'auth.secondFactor.required',
    'auth.session.idleMinutes',
    'auth.session.maxHours',
  ].includes(path),
);

/** Collects the rules of sign-in that a write changes, and counts the sessions that it would end. */
export class SessionEndCounts {
  readonly #rules: ChangedRules[] = [];

  /** Adds the settings of an audience before and after. Users have no settings of sign-in of their own. */
  add({ kind, key }: Audience, before: Document, after: Document): void {
    if (kind === 'USERS_WITH_SETTINGS') return;
    const rules = { key, before: rulesOf(before), after: rulesOf(after) };
    if (!isDeepStrictEqual(rules.before, rules.after)) this.#rules.push(rules);
  }

  /** Counts the sessions, in one statement. */
  async count({ db }: Reading, grouping: Grouping, namedTenantIds: readonly string[]): Promise<SessionEnds> {
    if (this.#rules.length === 0) return { count: 0, inTenants: new Map() };
    const ends = await sessionsToEnd(db, usersWithKeys(grouping), this.#rules, namedTenantIds);
    return {
      count: ends.reduce((sum, { count }) => sum + count, 0),
      inTenants: new Map(ends.flatMap(({ tenantId, count }) => (tenantId ? [[tenantId, count]] : []))),
    };
  }
}

/** The rules of a document. Those that end no session have their defaults. */
function rulesOf(document: Document): SignInRules {
  const values = AUTH_PATHS.map(
    ({ path, default: usual }) => [path, document.get(path)?.value ?? usual] as const,
  );
  return signInRules(new Map(values), null);
}
