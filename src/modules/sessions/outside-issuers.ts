import { decodeJwt } from 'jose';
import type { OutsideIssuer as OutsideIssuerSettings } from '../../config/outside-issuers.ts';
import type { Clock } from '../../core/process/clock.ts';
import { unauthenticated } from '../../core/requests/errors.ts';
import type { AcceptedIssuer } from '../../core/rights/authentication.ts';
import { OutsideIssuer } from './outside-issuer.ts';

/** The outside issuers. Each has keys of its own, so one that is down delays the users of no other. */
export class OutsideIssuers {
  readonly #byName: ReadonlyMap<string, OutsideIssuer>;

  constructor(settings: readonly OutsideIssuerSettings[], clock: Clock) {
    this.#byName = new Map(settings.map((one) => [one.issuer, new OutsideIssuer(one, clock)]));
  }

  get accepted(): readonly AcceptedIssuer[] {
    return [...this.#byName.values()].map(({ accepted }) => accepted);
  }

  /** The issuer of this name; throws UNAUTHENTICATED for another one. */
  named(name: string | undefined): OutsideIssuer {
    const issuer = name === undefined ? undefined : this.#byName.get(name);
    if (!issuer) throw unauthenticated();
    return issuer;
  }
}

/** The issuer that a token claims, before anything is checked: it only chooses who checks. Throws UNAUTHENTICATED for no JWT. */
export function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw unauthenticated();
  }
}
