import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import {
  allowedAddresses,
  ForbiddenAddress,
  hostOf,
  pinnedTo,
  type Reachable,
  type Resolve,
  resolveByDns,
} from './guarded-lookup.ts';

/** A request to a server that a tenant has named. */
export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The limits of one request. */
export interface OutboundLimits {
  /** The time for everything: the name, the connection, the request and its answer. */
  readonly timeoutMs: number;
  readonly maxRequestBytes: number;
  /** So much of an answer is read; the rest is left. */
  readonly maxAnswerBytes: number;
}

/** Why there is no answer. None of them says what is at an address. */
export type OutboundFailure =
  | 'ADDRESS_NOT_ALLOWED'
  | 'NAME_NOT_FOUND'
  | 'NOT_REACHED'
  | 'TLS_REFUSED'
  | 'TIMED_OUT'
  | 'TOO_LARGE';

/** An answer, of whatever status, or the reason why there is none. */
export type Outcome =
  | {
      readonly kind: 'ANSWERED';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | { readonly kind: 'FAILED'; readonly failure: OutboundFailure };

export interface GuardedClientParts {
  readonly limits: OutboundLimits;
  readonly reachable: Reachable;
  /** Absent: the name servers of the system. */
  readonly resolve?: Resolve;
}

/**
 * The only way in which the server sends requests to addresses that tenants have named. It resolves the name once, refuses
 * it if any of its addresses is not public, and connects to the addresses that it has checked: a name that changes between
 * two look-ups gains nothing. Redirects are answers like others. Nothing of the server's is sent along: no cookie, no
 * credential, no proxy of the environment, no connection of an earlier request.
 */
export class GuardedClient {
  readonly #limits: OutboundLimits;
  readonly #reachable: Reachable;
  readonly #resolve: Resolve;

  constructor({ limits, reachable, resolve = resolveByDns }: GuardedClientParts) {
    this.#limits = limits;
    this.#reachable = reachable;
    this.#resolve = resolve;
  }

  /** Whether plain HTTP and addresses of this machine are allowed. */
  get reachesLoopback(): boolean {
    return this.#reachable.loopback;
  }

  /** Tells whether the host of a URL has no forbidden address now. A name that is not found is not forbidden. */
  async allows(url: string): Promise<boolean> {
    const signal = AbortSignal.timeout(this.#limits.timeoutMs);
    try {
      await within(signal, this.#addressesOf(new URL(url)));
      return true;
    } catch (error) {
      return !(error instanceof ForbiddenAddress);
    }
  }

  /** Sends a POST; never throws. */
  async post(request: OutboundRequest): Promise<Outcome> {
    if (request.body.length > this.#limits.maxRequestBytes) return { kind: 'FAILED', failure: 'TOO_LARGE' };
    const signal = AbortSignal.timeout(this.#limits.timeoutMs);
    try {
      const url = new URL(request.url);
      const addresses = await within(signal, this.#addressesOf(url));
      return await this.#send(url, addresses, request, signal);
    } catch (error) {
      return { kind: 'FAILED', failure: signal.aborted ? 'TIMED_OUT' : failureOf(error) };
    }
  }

  #addressesOf(url: URL): Promise<readonly string[]> {
    return allowedAddresses(url, this.#resolve, this.#reachable);
  }

  #send(
    url: URL,
    addresses: readonly string[],
    { headers, body }: OutboundRequest,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { maxAnswerBytes } = this.#limits;
    const { request, Agent } = url.protocol === 'https:' ? https : http;
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length, connection: 'close' },
      lookup: pinnedTo(addresses),
      // One connection for one request: a kept one would skip the check of its address.
      agent: new Agent({ keepAlive: false }),
      signal,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The certificate is that of the name; an address is none, so it is not sent as one.
      ...(!isIP(hostOf(url)) && { servername: url.hostname }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        const finish = () => {
          response.destroy();
          resolve({
            kind: 'ANSWERED',
            status: response.statusCode ?? 0,
            headers: plainHeaders(response.headers),
            body: Buffer.concat(chunks).subarray(0, maxAnswerBytes),
          });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length >= maxAnswerBytes) finish();
        });
        response.on('end', finish);
        response.on('error', reject);
      });
      sent.on('error', reject);
      // An answer that would change the protocol ends the connection without an error.
      sent.on('close', () => reject(new Error('closed without an answer')));
      sent.end(body);
    });
  }
}

const MAX_HEADER_BYTES = 16 * 1_024;

/** Waits no longer than the signal; what is waited for cannot be cancelled. */
function within<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function failureOf(error: unknown): OutboundFailure {
  if (error instanceof ForbiddenAddress) return 'ADDRESS_NOT_ALLOWED';
  const code = String((error as { code?: unknown }).code ?? '');
  if (/^(ENOTFOUND|ENODATA|ESERVFAIL|EBADNAME)$/.test(code)) return 'NAME_NOT_FOUND';
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code) ? 'TLS_REFUSED' : 'NOT_REACHED';
}

function plainHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : `${value}`,
    ]),
  );
}
