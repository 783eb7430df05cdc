import { type DocumentNode, print } from 'graphql';
import { graphql } from './gql/gql.ts';
import type { RefreshMutation } from './gql/graphql.ts';

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { accessToken refreshToken expiresAt userErrors { message } }
  }
`);

const REFRESH = graphql(`
  mutation Refresh($refreshToken: String!) {
    tokenRefresh(refreshToken: $refreshToken) { accessToken refreshToken expiresAt }
  }
`);

type Tokens = Omit<NonNullable<RefreshMutation['tokenRefresh']>, '__typename'>;

/** The session of a user: an access token of 15 minutes, renewed before it ends and whenever it is refused. */
export class Session {
  readonly #url: string;
  #tokens: Tokens | null = null;
  #renewAt = 0;
  #renewing: Promise<void> | null = null;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Signs in with e-mail and password. */
  static async signIn(url: string, email: string, password: string): Promise<Session> {
    const { signIn } = await post(url, SIGN_IN, { input: { email, password } });
    if (!signIn?.accessToken) throw new Error(signIn?.userErrors[0]?.message ?? 'The sign-in has failed.');
    const session = new Session(url);
    session.#take(signIn);
    return session;
  }

  /** The value of `authorization` in headers and in `connection_init`; undefined once the session is over. */
  async authorization(): Promise<string | undefined> {
    if (this.#tokens?.accessToken && Date.now() > this.#renewAt) await this.renew();
    return this.#tokens?.accessToken ? `Bearer ${this.#tokens.accessToken}` : undefined;
  }

  /** Gets new tokens. Callers share one request; other tabs may send the same token at the same time. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** `fetch` for this server: signed in, and sent once more with a new token if the old one was refused. */
  readonly fetch: typeof fetch = async (input, init) => {
    const send = async () => {
      const headers = new Headers(init?.headers);
      const authorization = await this.authorization();
      if (authorization) headers.set('authorization', authorization);
      return fetch(input, { ...init, headers });
    };
    const response = await send();
    if (response.status !== 401) return response;
    await this.renew();
    return send();
  };

  async #renew(): Promise<void> {
    const refreshToken = this.#tokens?.refreshToken;
    if (!refreshToken) return;
    // If the answer is lost the old refresh token stays good: the next request repeats this one.
    const data = await post(this.#url, REFRESH, { refreshToken }).catch(() => null);
    if (data?.tokenRefresh) this.#take(data.tokenRefresh);
  }

  #take(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#renewAt = Date.now() + 0.8 * (Date.parse(tokens.expiresAt ?? '') - Date.now());
  }
}

/** Sends one operation over HTTP. Throws the first error: no operation of the examples can do with a part of its answer. */
export async function post<Data, Variables>(
  url: string,
  document: DocumentNode & { __apiType?: (variables: Variables) => Data },
  variables: NoInfer<Variables>,
  send = fetch,
): Promise<Data> {
  const response = await send(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data || errors)
    throw Object.assign(new Error(errors?.[0]?.message ?? response.statusText), { errors });
  return data;
}
