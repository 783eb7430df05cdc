import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

const ISSUER = 'https://id.example.test';
const AUDIENCE = 'lockstep-dashboards';

/** An outside issuer of tokens, which publishes its keys. */
export class TestIssuer {
  readonly issuer = ISSUER;
  readonly clientId = AUDIENCE;
  readonly #keys: Server;
  readonly #privateKey: CryptoKey;

  private constructor(keys: Server, privateKey: CryptoKey) {
    this.#keys = keys;
    this.#privateKey = privateKey;
  }

  static async start(): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
    const keys = createServer((_request, response) => response.end(jwks)).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    return new TestIssuer(keys, privateKey);
  }

  /** The settings of a server that accepts its tokens. */
  get settings(): Record<string, string> {
    const { port } = this.#keys.address() as AddressInfo;
    return { JWKS_URL: `http://127.0.0.1:${port}/keys`, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };
  }

  /** A token for a user who has signed in there at this moment. */
  token(userId: string, claims: JWTPayload = {}): Promise<string> {
    return new SignJWT({ sub: userId, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('1 hour')
      .sign(this.#privateKey);
  }

  stop(): void {
    this.#keys.close();
  }
}
