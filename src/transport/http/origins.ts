import type { IncomingMessage } from 'node:http';

/**
 * Decides which web pages may use the server: those of its own origin and of the listed ones. Clients that are no
 * browsers send no origin.
 */
export class Origins {
  readonly #listed: ReadonlySet<string>;

  constructor(listed: readonly string[]) {
    this.#listed = new Set(listed);
  }

  /** Whether any other origin than the server's own is allowed. */
  get hasOthers(): boolean {
    return this.#listed.size > 0;
  }

  /** Whether an origin is one of the listed ones. */
  isListed(origin: string): boolean {
    return this.#listed.has(normalised(origin));
  }

  /** Whether the page that has made a request may make it. */
  admits({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.isListed(origin)) return true;
    return host !== undefined && isOwn(origin, host);
  }
}

/** Compares as URLs do: an upper-case letter and the default port of the scheme make no difference. */
function isOwn(origin: string, host: string): boolean {
  const scheme = /^https?:\/\//i.exec(origin)?.[0];
  if (!scheme || !URL.canParse(origin) || !URL.canParse(`${scheme}${host}`)) return false;
  return new URL(origin).host === new URL(`${scheme}${host}`).host;
}

function normalised(origin: string): string {
  const isOfWeb = /^https?:/i.test(origin) && URL.canParse(origin);
  return isOfWeb ? new URL(origin).origin : origin.toLowerCase();
}
