import { emailAddress as emailInput, newPassword } from '../core/requests/input-text.ts';

/** One kind of value that a variable can hold. */
export interface ValueKind<Value> {
  /** Completes the sentence "<variable> must be …". */
  readonly accepts: string;
  /** Reads the text of a variable; undefined if it is not accepted. */
  parse(text: string): Value | undefined;
}

/** A whole number within bounds, in decimal digits. */
export function wholeNumber(min: number, max: number): ValueKind<number> {
  return {
    accepts: `a whole number from ${grouped(min)} to ${grouped(max)}`,
    parse: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): ValueKind<Word> {
  return { accepts: words.join(' or '), parse: (text) => words.find((word) => word === text) };
}

/** A text of some length. */
export function text(what: string, minLength = 1): ValueKind<string> {
  return {
    accepts: minLength > 1 ? `${what} of at least ${minLength} characters` : what,
    parse: (value) => (value.length >= minLength ? value : undefined),
  };
}

/** A URL with one of the given schemes. */
export function url(...schemes: readonly string[]): ValueKind<string> {
  return {
    accepts: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    parse: (value) => {
      const isOfScheme = schemes.some((scheme) => value.startsWith(`${scheme}://`));
      return isOfScheme && URL.canParse(value) ? value : undefined;
    },
  };
}

export const flag: ValueKind<boolean> = {
  accepts: '0 or 1',
  parse: (value) => ({ 0: false, 1: true })[value],
};

export const emailAddress: ValueKind<string> = {
  accepts: 'an e-mail address',
  parse: (value) => emailInput().safeParse(value).data,
};

/** A secret that can follow `Bearer` without encoding (RFC 6750, section 2.1). */
export const bearerSecret: ValueKind<string> = {
  accepts: 'a secret of at least 16 letters, digits and characters of -._~+/',
  parse: (value) => (/^[\w.~+/-]{16,}=*$/.test(value) ? value : undefined),
};

/** A secret of signatures as Standard Webhooks 1.0 has it: a key of 24 to 64 bytes. */
export const webhookSecret: ValueKind<string> = {
  accepts: 'whsec_ and the base64 text of 24 to 64 random bytes',
  parse: (value) => {
    const key = Buffer.from(/^whsec_([A-Za-z\d+/]+=*)$/.exec(value)?.[1] ?? '', 'base64');
    return key.length >= 24 && key.length <= 64 ? value : undefined;
  },
};

/** The same rule as for a password that a user sets. */
export const password: ValueKind<string> = {
  accepts: 'a password of 10 to 200 characters',
  parse: (value) => newPassword().safeParse(value).data,
};

/**
 * Origins exactly as a browser sends them. There is no `*`: the list also decides which pages may open a WebSocket,
 * where no browser enforces CORS, so that "every origin" would be a different and larger promise than under CORS.
 */
export const origins: ValueKind<readonly string[]> = {
  accepts:
    'exact origins separated by commas, each a scheme, a host and a port if it is not the usual one, e.g. https://console.example.com or capacitor://localhost ("*" is not accepted: list every origin)',
  parse: (value) => {
    const list = value.split(',').map((entry) => entry.trim());
    return list.every(isOrigin) ? list : undefined;
  },
};

/** The schemes of the web, whose origins are checked by their rules, and those that have no origin of their own. */
const WEB = /^https?:/;
const WITHOUT_ORIGIN = /^(?:ftp|file|wss?|data|blob|about|javascript):/;
/** An app or a browser extension, e.g. `tauri://localhost` and `chrome-extension://<id>`. */
const APP = /^[a-z][a-z\d+.-]*:\/\/[\w.-]+(?::\d+)?$/;

function isOrigin(entry: string): boolean {
  if (WEB.test(entry)) return !entry.includes('*') && URL.canParse(entry) && new URL(entry).origin === entry;
  return APP.test(entry) && !WITHOUT_ORIGIN.test(entry);
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** A number of bytes. */
export const BYTES = wholeNumber(1_024, 64 * 1_024 * 1_024);

/** A time in milliseconds. */
export const MILLISECONDS = wholeNumber(1, 600_000);
