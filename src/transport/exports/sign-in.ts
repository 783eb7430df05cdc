import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError, unauthenticated } from '../../core/requests/errors.ts';
import type { Identity } from '../../core/rights/identity.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { ClientConnection, type RegisterConnection } from '../../live/connections/client-connection.ts';
import { clientAddress } from '../http/client-address.ts';
import { sendRefusal } from '../http/plain-answer.ts';
import type { Attempts } from '../pipeline/attempts.ts';
import { networkClient, tooManyAttempts } from '../pipeline/limit-requests.ts';
import { bearerToken } from '../pipeline/request-headers.ts';

/** The signed-in client of a request of a file. */
export interface Signed {
  readonly viewer: Viewer;
  readonly connection: ClientConnection;
  readonly authorization: string;
  readonly ip: string | null;
}

/** The refusal of a client whose token counts for nothing, or cannot be checked now. */
export interface NotSigned {
  readonly viewer: null;
  readonly error: RequestError;
}

export type SignIn = (request: IncomingMessage) => Promise<Signed | NotSigned>;

export interface SignInParts {
  readonly identity: Identity;
  readonly register: RegisterConnection;
  readonly trustedProxies: number;
  readonly requestsPerSecond: number;
  /** Counts the requests of a network before their token is looked at, together with those of the endpoint. */
  readonly attempts: Attempts;
}

/** Makes the function that finds the viewer of a request by its `Authorization` header. */
export function signInByHeader(parts: SignInParts): SignIn {
  const { identity, register, trustedProxies, requestsPerSecond, attempts } = parts;
  return async (request) => {
    const ip = clientAddress(request, trustedProxies);
    const { authorization = '' } = request.headers;
    if (!attempts.take(networkClient(ip, authorization !== '')))
      return { viewer: null, error: tooManyAttempts(requestsPerSecond) };
    const connection = new ClientConnection(identity, register, ip);
    try {
      await connection.authenticate(bearerToken(authorization) ?? '');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { viewer: null, error };
    }
    const { viewer } = connection;
    return viewer ? { viewer, connection, authorization, ip } : { viewer: null, error: unauthenticated() };
  };
}

/** Refuses a client that has not signed in: 401, 429 after too many requests, 503 if its token cannot be checked now. */
export function sendSignInRefusal(response: ServerResponse, { error }: NotSigned): void {
  const { code, rule, message: sentence, params, retryAfter } = error;
  const fault = { code, rule, sentence, params };
  if (retryAfter === undefined) sendRefusal(response, 401, fault);
  else
    sendRefusal(response, code === 'RATE_LIMITED' ? 429 : 503, fault, { 'retry-after': String(retryAfter) });
}
