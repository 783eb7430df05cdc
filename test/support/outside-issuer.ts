import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

const ISSUER = 'https://id.example.test';
const AUDIENCE = 'lockstep-dashboards';
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** An outside issuer of tokens, which publishes its keys. */
export class TestIssuer {
  readonly issuer: string;
  readonly clientId = AUDIENCE;
  /** The times at which its keys were asked for. */
  readonly keyFetches: number[] = [];
  readonly #keys: Server;
  readonly #privateKey: CryptoKey;

  private constructor(issuer: string, jwks: string, privateKey: CryptoKey) {
    this.issuer = issuer;
    this.#privateKey = privateKey;
    this.#keys = createServer((_request, response) => {
      this.keyFetches.push(Date.now());
      response.end(jwks);
    });
  }

  static async start(issuer = ISSUER): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
    const started = new TestIssuer(issuer, jwks, privateKey);
    started.#keys.listen(0, '127.0.0.1').unref();
    await once(started.#keys, 'listening');
    return started;
  }

  get #jwksUrl(): string {
    const { port } = this.#keys.address() as AddressInfo;
    return `http://127.0.0.1:${port}/keys`;
  }

  /** The settings of a server that accepts its tokens. */
  get settings(): Record<string, string> {
    return { JWKS_URL: this.#jwksUrl, JWT_ISSUER: this.issuer, JWT_AUDIENCE: AUDIENCE };
  }

  /** Its entry in the setting OUTSIDE_ISSUERS. */
  entry(others: object = {}): object {
    return { issuer: this.issuer, jwksUrl: this.#jwksUrl, audience: AUDIENCE, ...others };
  }

  /** A token for a user who has signed in there at this moment. */
  token(subject: string, claims: JWTPayload = {}): Promise<string> {
    return this.signed({ sub: subject, ...claims });
  }

  /** A logout token, of this moment. */
  logoutToken(claims: JWTPayload): Promise<string> {
    return this.signed({ jti: crypto.randomUUID(), events: { [LOGOUT_EVENT]: {} }, ...claims });
  }

  /** A token with these claims, which are stronger than those that every token has. */
  signed(claims: JWTPayload, { kid = 'one' } = {}): Promise<string> {
    const seconds = Math.floor(Date.now() / 1_000);
    const always = { iss: this.issuer, aud: AUDIENCE, iat: seconds, exp: seconds + 3_600 };
    return new SignJWT({ ...always, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(this.#privateKey);
  }

  stop(): void {
    this.#keys.close();
  }
}
