import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../core/requests/errors.ts';
import type { Attempts } from '../pipeline/attempts.ts';
import { networkClient, tooManyAttempts } from '../pipeline/limit-requests.ts';
import { clientAddress } from './client-address.ts';
import { sendRefusal } from './plain-answer.ts';

export interface LinkRateParts {
  /** Counts the requests by links together with the attempts at the endpoint. */
  readonly attempts: Attempts;
  readonly requestsPerSecond: number;
  readonly trustedProxies: number;
}

/** Counts a request for the user of its link; throws RATE_LIMITED if that has too many. */
export type AdmitUser = (userId: string) => void;

/** Limits the rate of requests that come with a link: of a network while the link is unknown, and then of its user. */
export class LinkRate {
  readonly #parts: LinkRateParts;

  constructor(parts: LinkRateParts) {
    this.#parts = parts;
  }

  /**
   * Counts a request for its network, before any work; throws RATE_LIMITED if that has too many. What opens the link calls
   * the returned function, before it reads rights: then the request counts for the user and no longer for the network.
   */
  admit(request: IncomingMessage): AdmitUser {
    const { attempts, requestsPerSecond, trustedProxies } = this.#parts;
    const take = (client: string) => {
      if (!attempts.take(client)) throw tooManyAttempts(requestsPerSecond);
    };
    const network = networkClient(clientAddress(request, trustedProxies), false);
    take(network);
    return (userId) => {
      attempts.giveBack(network);
      take(`user:${userId}`);
    };
  }
}

/** Answers a request that was refused for its rate; throws every other error. */
export function refuseForRate(error: unknown, response: ServerResponse): void {
  if (!(error instanceof RequestError) || error.code !== 'RATE_LIMITED') throw error;
  const { code, rule, message: sentence, params, retryAfter } = error;
  sendRefusal(response, 429, { code, rule, sentence, params }, { 'retry-after': String(retryAfter) });
}
