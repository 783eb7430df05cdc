import { z } from 'zod';
import { SignInProvider } from '../../generated/prisma/enums.ts';
import type { Json } from '../algebra/json.ts';

/** A class of characters of a password. */
export type CharacterClass = 'LOWER' | 'UPPER' | 'DIGIT' | 'SYMBOL';

/** The settings of sign-in, as rules for the users on whom they act. */
export interface SignInRules {
  /** The fewest characters of a password. */
  readonly minLength: number;
  readonly requiredClasses: readonly CharacterClass[];
  /** Null: a password never grows too old. */
  readonly maxAgeDays: number | null;
  /** The hours after which a session ends. Null: only its stored end counts. */
  readonly maxHours: number | null;
  /** The minutes without a renewal after which a session ends. Null: it needs none. */
  readonly idleMinutes: number | null;
  readonly isFactorRequired: boolean;
  readonly providers: readonly SignInProvider[];
  /** Sign-ins from before it do not count. Null: all do. */
  readonly since: Date | null;
  /** The one issuer of outside tokens that counts. Null: any that the server accepts. */
  readonly oidc: { readonly issuer: string; readonly clientId: string } | null;
}

const values = z.object({
  'auth.password.minLength': z.int(),
  'auth.password.requiredClasses': z.array(z.enum(['LOWER', 'UPPER', 'DIGIT', 'SYMBOL'])),
  'auth.password.maxAgeDays': z.int().nullable(),
  'auth.session.maxHours': z.int().nullable(),
  'auth.session.idleMinutes': z.int().nullable(),
  'auth.secondFactor.required': z.boolean(),
  'auth.providers.allowed': z.array(z.enum(SignInProvider)),
  'auth.providers.oidc': z.object({ issuer: z.string(), clientId: z.string() }).nullable(),
});

/** Reads the rules of sign-in; throws if a setting is missing or is none, because a rule that is not known cannot allow. */
export function signInRules(effective: ReadonlyMap<string, Json>, since: Date | null): SignInRules {
  const read = values.parse(Object.fromEntries(effective));
  return {
    minLength: read['auth.password.minLength'],
    requiredClasses: read['auth.password.requiredClasses'],
    maxAgeDays: read['auth.password.maxAgeDays'],
    maxHours: read['auth.session.maxHours'],
    idleMinutes: read['auth.session.idleMinutes'],
    isFactorRequired: read['auth.secondFactor.required'],
    providers: read['auth.providers.allowed'],
    since,
    oidc: read['auth.providers.oidc'],
  };
}
