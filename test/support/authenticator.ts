import { jest } from '@jest/globals';
import { ScureBase32Plugin } from 'otplib';
import { systemClock } from '../../src/core/process/clock.ts';
import { codeOf } from './authenticator-code.ts';
import { TEST_PASSWORD, type TestUser } from './installation.ts';

const ERRORS = 'userErrors { code message path }';
/** Asks for the secret of a new authenticator. */
export const ENROLL = `mutation ($password: String!) { totpEnroll(input: { password: $password }) { secret uri ${ERRORS} } }`;
/** Confirms an authenticator with its first code. */
export const CONFIRM = `mutation ($code: String!) { totpConfirm(code: $code) { user { id hasSecondFactor version } cursor ${ERRORS} } }`;

/** The secrets of all authenticators, in each of their forms. No log, image or answer may contain one. */
export const shownSecrets = new Set<string>();

/** Moves the server's clock forward by some steps of 30 seconds. */
export function later(steps: number): void {
  const now = new Date(systemClock.now().getTime() + steps * 30_000);
  jest.spyOn(systemClock, 'now').mockReturnValue(now);
}

/** An authenticator that holds a secret in base32. */
export class Authenticator {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
    const bytes = Buffer.from(new ScureBase32Plugin().decode(secret));
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      shownSecrets.add(bytes.toString(encoding));
    shownSecrets.add(secret);
  }

  /** The code that it shows now. The server's clock is stopped, so the code is still good when it arrives. */
  code(): string {
    later(0);
    return codeOf(this.#secret);
  }

  /** Six digits that it shows at no time near the present. */
  wrongCode(): string {
    const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(this.#secret, steps));
    return (
      ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !right.includes(code)) ?? ''
    );
  }
}

/** A user who has asked for the secret of an authenticator and has not confirmed it. */
export async function enrolled(user: TestUser): Promise<Authenticator> {
  const { totpEnroll } = await user.ask(ENROLL, { password: TEST_PASSWORD });
  return new Authenticator(totpEnroll.secret);
}

/** A user who confirmed an authenticator a while ago. */
export async function confirmed(user: TestUser): Promise<Authenticator> {
  const authenticator = await enrolled(user);
  await user.ask(CONFIRM, { code: authenticator.code() });
  later(1);
  return authenticator;
}
