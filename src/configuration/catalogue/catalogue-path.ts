import type { PathRules } from '../algebra/settings.ts';
import type { JsonSchema } from './json-schema.ts';

/** The configuration types: a tenant adopts the platform's settings of each on its own. */
export const CONFIGURATION_TYPES = [
  'MODULES',
  'AUTH',
  'PERMISSIONS',
  'BUSINESS',
  'NOTIFICATIONS',
  'BRANDING',
] as const;

export type ConfigurationType = (typeof CONFIGURATION_TYPES)[number];

/** An entry of the catalogue: all that is known of a path before anything is set. */
export interface CataloguePath extends Omit<PathRules, 'isValid'> {
  readonly path: string;
  readonly type: ConfigurationType;
  readonly description: string;
  /** The values of the path, the default included. */
  readonly schema: JsonSchema;
  /** Whether its values are texts that the server uses and shows to no client. Absent: no. */
  readonly isSecret?: boolean;
  /** Its readers: all users of a tenant, or the staff that may read configuration. */
  readonly readers: 'USERS' | 'STAFF';
}
