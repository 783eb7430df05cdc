import type { Json } from '../algebra/json.ts';
import type { Mode, PathRules } from '../algebra/settings.ts';
import { AUTH_PATHS } from './auth-paths.ts';
import { BRANDING_PATHS } from './branding-paths.ts';
import type { CataloguePath, ConfigurationType } from './catalogue-path.ts';
import { checkBy, type SchemaFault } from './json-schema.ts';
import { MODULES_PATHS } from './modules-paths.ts';
import { NOTIFICATIONS_PATHS } from './notifications-paths.ts';
import { PERMISSIONS_PATHS } from './permissions-paths.ts';
import { AUTH_PROVIDER_PATHS, NOTIFICATION_PROVIDER_PATHS } from './provider-paths.ts';

/** Names of paths that have left the catalogue. Stored settings of them do not act, and the names are never used again. */
export const RETIRED: readonly string[] = [];

/** A path of the catalogue with the check of its values. */
export interface KnownPath extends CataloguePath, PathRules {
  /** The first fault of a value, or null. */
  readonly check: (value: Json) => SchemaFault | null;
}

/** All paths, by name. */
export const CATALOGUE: readonly KnownPath[] = [
  ...MODULES_PATHS,
  ...AUTH_PATHS,
  ...AUTH_PROVIDER_PATHS,
  ...PERMISSIONS_PATHS,
  ...BRANDING_PATHS,
  ...NOTIFICATIONS_PATHS,
  ...NOTIFICATION_PROVIDER_PATHS,
]
  .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  .map((entry) => {
    const check = checkBy(entry.schema);
    return { ...entry, check, isValid: (value: Json) => check(value) === null };
  });

const byPath = new Map(CATALOGUE.map((entry) => [entry.path, entry]));

/** Finds a path of the catalogue; undefined for any other text. */
export function knownPath(path: string): KnownPath | undefined {
  return byPath.get(path);
}

const OBEYED_TYPES: readonly ConfigurationType[] = ['PERMISSIONS', 'MODULES', 'AUTH'];

/** The paths that the server itself obeys: others are for clients. */
export const OBEYED_PATHS: readonly KnownPath[] = CATALOGUE.filter(
  ({ type, isSecret }) => OBEYED_TYPES.includes(type) && !isSecret,
);

const obeyed = new Set(OBEYED_PATHS.map(({ path }) => path));

/** Whether the server itself obeys a path. */
export function isObeyed(path: string): boolean {
  return obeyed.has(path);
}

/** The modes of settings. */
export const MODES: readonly Mode[] = ['DEFAULT', 'FLOOR', 'LOCKED', 'USER_OWNED'];

/** The modes that a scope above others may give to a path. */
export function modesOf({ floor, settableAt }: Pick<CataloguePath, 'floor' | 'settableAt'>): readonly Mode[] {
  const isAllowed: Readonly<Record<Mode, boolean>> = {
    DEFAULT: true,
    FLOOR: floor !== undefined,
    LOCKED: true,
    USER_OWNED: settableAt.includes('USER'),
  };
  return MODES.filter((mode) => isAllowed[mode]);
}
