import { errorOf, type GraphqlError, LockstepError } from './errors.ts';
import type { Tokens } from './token-storage.ts';

/** A fault of what the user has entered, or of what the mutation met. */
export interface UserError {
  readonly code: string;
  readonly rule: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** The input of the mutation `signIn`. */
export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly totp?: string;
  readonly newPassword?: string;
}

/** The payload of the mutations that give tokens. */
interface TokenPayload {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly expiresAt: string | null;
  readonly userErrors: readonly UserError[];
}

/** The outcome of a request for tokens. */
export type TokenAnswer =
  | { readonly tokens: Tokens; readonly userErrors?: undefined }
  | { readonly tokens?: undefined; readonly userErrors: readonly UserError[] };

const PAYLOAD = 'accessToken refreshToken expiresAt userErrors { code rule message path }';
const SIGN_IN = `mutation SignIn($input: SignInInput!) { payload: signIn(input: $input) { ${PAYLOAD} } }`;
const REFRESH = `mutation Refresh($refreshToken: String!) {
  payload: tokenRefresh(refreshToken: $refreshToken) { ${PAYLOAD} } }`;
const SIGN_OUT = 'mutation SignOut { payload: signOut { endedSessions } }';
const SIGN_OUT_EVERYWHERE = 'mutation SignOutEverywhere { payload: signOutEverywhere { endedSessions } }';

/** The mutations of a session. Each throws a LockstepError if the server cannot be reached or refuses the request. */
export class TokenRequests {
  readonly #url: string;
  readonly #fetch: typeof fetch;

  constructor(url: string, send: typeof fetch) {
    this.#url = url;
    this.#fetch = send;
  }

  /** Signs in with e-mail and password. */
  signIn(input: SignInInput): Promise<TokenAnswer> {
    return this.#tokens(SIGN_IN, { input });
  }

  /** Exchanges a refresh token. If the answer is lost, the same request can be repeated. */
  refresh(refreshToken: string): Promise<TokenAnswer> {
    return this.#tokens(REFRESH, { refreshToken });
  }

  /** Ends the session of the access token, or all sessions of its user. */
  async signOut(accessToken: string, isEverywhere: boolean): Promise<void> {
    await this.#post(isEverywhere ? SIGN_OUT_EVERYWHERE : SIGN_OUT, {}, accessToken);
  }

  async #tokens(query: string, variables: object): Promise<TokenAnswer> {
    const { accessToken, refreshToken, expiresAt, userErrors } = await this.#post(query, variables);
    if (accessToken && refreshToken && expiresAt) return { tokens: { accessToken, refreshToken, expiresAt } };
    return { userErrors };
  }

  async #post(query: string, variables: object, accessToken?: string): Promise<TokenPayload> {
    let answer: { data?: { payload: TokenPayload | null }; errors?: GraphqlError[] };
    try {
      const response = await this.#fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      answer = (await response.json()) as typeof answer;
    } catch (error) {
      throw new LockstepError('OFFLINE', (error as Error).message);
    }
    if (!answer.data?.payload) throw errorOf(answer.errors);
    return answer.data.payload;
  }
}
