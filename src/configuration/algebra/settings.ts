import type { Floor } from './floors.ts';
import type { Json } from './json.ts';

/** The scopes that have a layer of settings, from the top. */
export const SCOPES = ['PLATFORM', 'BUSINESS_TYPE', 'TENANT', 'USER'] as const;

export type Scope = (typeof SCOPES)[number];

/**
 * The meaning of a setting for the scopes below:
 *
 * | mode | below |
 * |---|---|
 * | DEFAULT | may set another value |
 * | FLOOR | may set a value that is as strong |
 * | LOCKED | may set none; a value that exists is shadowed, kept, and acts again when the lock is gone |
 * | USER_OWNED | users set their own; no scope between may set a mode, and no rule touches it |
 */
export type Mode = 'DEFAULT' | 'FLOOR' | 'LOCKED' | 'USER_OWNED';

/** A value at a scope. Without a value only a mode is set, which USER_OWNED alone allows. */
export interface Setting {
  readonly value?: Json;
  readonly mode: Mode;
  /** The version of the layer that wrote it. Absent: it is not written yet. */
  readonly version?: number;
}

/** The rules of a path in the catalogue. */
export interface PathRules {
  readonly default: Json;
  readonly settableAt: readonly Scope[];
  /** Whether a value is of the type of the path. */
  readonly isValid: (value: Json) => boolean;
  /** The order of a FLOOR. Absent: the path has no FLOOR. */
  readonly floor?: Floor;
  /** The way in which a value combines with that above: it replaces it, or both are one set, or one map whose keys it replaces. */
  readonly combine: 'REPLACE' | 'UNION' | 'MAP';
  /** Whether a value is a set of texts, of which a merge takes the entries one by one. Absent: it does not. */
  readonly isSet?: boolean;
}

/** The settings of one path at one scope, as they matter to one tenant or user. */
export interface Step {
  readonly scope: Scope;
  /** In the newest version of the layer. */
  readonly newest?: Setting | undefined;
  /**
   * In the version that the tenant has adopted. A path with an open conflict or an opt-out is at an older version than
   * the others of its layer. At the scopes TENANT and USER, which no one adopts, the newest.
   */
  readonly adopted?: Setting | undefined;
  /** Whether a rule by which the platform wins has passed over this value. A later write at the scope ends that. */
  readonly isPassedOver?: boolean;
}
