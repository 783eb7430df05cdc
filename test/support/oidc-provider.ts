import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

const CLIENT = 'lockstep-dashboards';
const SECRET = 'the secret of a client in a test';
const REDIRECT = 'https://dashboards.example.test/back';

/** The claims of an account at the provider. */
export interface Account {
  readonly email: string;
  readonly email_verified: boolean;
  readonly name?: string;
}

/** A real OpenID provider in this process, whose accounts sign in without a password. */
export class OidcProvider {
  readonly accounts = new Map<string, Account>();
  readonly #server: Server;
  #provider: Provider | null = null;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts a provider that knows the server at `logoutUri` by its back channel. */
  static async start(): Promise<OidcProvider> {
    const started = new OidcProvider();
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get issuer(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Its entry in the setting OUTSIDE_ISSUERS. */
  entry(others: object = {}): object {
    return { issuer: this.issuer, jwksUrl: `${this.issuer}/jwks`, audience: CLIENT, ...others };
  }

  /** Knows a server, to whose back channel it sends logouts. */
  async serve(logoutUri: string): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'of-the-provider', alg: 'RS256', use: 'sig' };
    this.#provider = new Provider(this.issuer, this.#configuration(logoutUri, key));
  }

  #configuration(logoutUri: string, key: object): Configuration {
    return {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [REDIRECT],
          grant_types: ['authorization_code'],
          response_types: ['code'],
          backchannel_logout_uri: logoutUri,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [key as never] },
      cookies: { keys: ['a key of a test'] },
      claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      ttl: {
        AccessToken: 600,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 600,
        Interaction: 600,
        Session: 600,
      },
      pkce: { required: () => false },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true },
      },
      findAccount: (_ctx, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...this.accounts.get(accountId) }),
      }),
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      loadExistingGrant: async ({ oidc }) => {
        const { Grant } = oidc.provider;
        const grant = new Grant({
          clientId: String(oidc.client?.clientId),
          accountId: String(oidc.session?.accountId),
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
      // The provider refuses addresses of this machine, as it should elsewhere.
      fetch: (url, { dispatcher: _guard, ...options }: RequestInit & { dispatcher?: unknown }) =>
        fetch(url, options),
    } as Configuration;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (!provider) throw new Error('The provider serves no one yet.');
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    const { params } = await provider.interactionDetails(request, response);
    await provider.interactionFinished(request, response, {
      login: { accountId: String(params.login_hint) },
    });
  }

  /** Signs an account in by a browser of its own, with the code flow. */
  async signIn(account: string): Promise<Browser> {
    const browser = new Browser(this.issuer);
    const query = new URLSearchParams({
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid email profile',
      login_hint: account,
    });
    let response = await browser.get(`/auth?${query}`);
    let location = response.headers.get('location');
    while (location && !location.startsWith(REDIRECT)) {
      response = await browser.get(location);
      location = response.headers.get('location');
    }
    if (!location) throw new Error(`No sign-in: ${response.status} ${await response.text()}`);
    const code = new URL(location).searchParams.get('code');
    if (!code) throw new Error(`No sign-in: ${location}`);
    const answer = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${CLIENT}:${encodeURIComponent(SECRET)}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT }),
    });
    const { id_token: token } = (await answer.json()) as { id_token?: string };
    if (!token) throw new Error(`No token: ${answer.status}`);
    browser.idToken = token;
    return browser;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A browser in which an account has signed in at the provider. */
export class Browser {
  idToken = '';
  readonly #issuer: string;
  readonly #cookies = new Map<string, string>();

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  get(path: string): Promise<Response> {
    return this.#send(path, { method: 'GET' });
  }

  /** Signs out at the provider, which tells the servers by their back channels before it answers. */
  async signOut(): Promise<void> {
    const page = await (await this.get(`/session/end?id_token_hint=${this.idToken}`)).text();
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? [];
    const body = new URLSearchParams({ xsrf, logout: 'yes' });
    const answer = await this.#send('/session/end/confirm', { method: 'POST', body });
    if (answer.status >= 400) throw new Error(`No sign-out: ${answer.status} ${await answer.text()}`);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const url = new URL(path, this.#issuer);
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      this.#cookies.set(name, value.join('='));
    }
    return response;
  }
}
