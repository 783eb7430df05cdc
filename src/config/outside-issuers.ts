import { z } from 'zod';
import type { ValueKind } from './value-kinds.ts';

/** An outside issuer whose tokens are accepted. */
export interface OutsideIssuer {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** The algorithms by which its tokens may be signed. Absent: any that is asymmetric. */
  readonly algorithms?: readonly Algorithm[];
  /**
   * The domains of the e-mail addresses that it vouches for, and the slug of the tenant of each. Absent: every address, and
   * none leads to a tenant.
   */
  readonly domains?: Readonly<Record<string, string>>;
}

/** The asymmetric algorithms. With a symmetric one the public key would pass for the secret. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

const MAX_ISSUERS = 50;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const SLUG = /^[a-z0-9-]{1,63}$/;

const issuers = z
  .array(
    z.strictObject({
      issuer: z.string().min(1).max(500),
      jwksUrl: z.string().refine((text) => /^https?:\/\//.test(text) && URL.canParse(text)),
      audience: z.string().min(1).max(200),
      algorithms: z.array(z.enum(ALGORITHMS)).min(1).optional(),
      domains: z.record(z.string().regex(DOMAIN), z.string().regex(SLUG)).optional(),
    }),
  )
  .min(1)
  .max(MAX_ISSUERS);

/** Outside issuers as JSON. */
export const outsideIssuers: ValueKind<readonly OutsideIssuer[]> = {
  accepts: `a JSON list of at most ${MAX_ISSUERS} objects with "issuer", "jwksUrl" (https:// or http://) and "audience", and if you like "algorithms" (some of ${ALGORITHMS.join(', ')}) and "domains" (an object from domains in small letters to slugs of tenants)`,
  parse: (text) => {
    try {
      return issuers.parse(JSON.parse(text)) as readonly OutsideIssuer[];
    } catch {
      return undefined;
    }
  },
};

/** Whether two issuers of a list have one name: a token would not tell which one it is from. */
export function hasNamesakes(list: readonly OutsideIssuer[]): boolean {
  return new Set(list.map(({ issuer }) => issuer)).size < list.length;
}
