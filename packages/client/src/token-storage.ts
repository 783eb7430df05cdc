import { browser, type KeyValueStorage } from './browser.ts';

/** The tokens of a session, as `signIn` and `tokenRefresh` give them. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** The part of a session that outlives a page. The access token is not among it: it is renewed after a reload. */
export interface StoredSession {
  /** The same as long as one sign-in lasts, in every tab. */
  readonly id: string;
  readonly refreshToken: string;
}

/** A place where a session is kept. One that several tabs share must give each of them what another one wrote. */
export interface TokenStorage {
  /** Whether other tabs see the same session. */
  readonly isShared: boolean;
  read(): StoredSession | null;
  write(session: StoredSession | null): void;
}

/** The names of the storages that come with the package. */
export type StorageName = 'local' | 'session' | 'memory';

/** Keeps the session in memory: it ends with the page. */
class MemoryStorage implements TokenStorage {
  readonly isShared = false;
  #session: StoredSession | null = null;

  read(): StoredSession | null {
    return this.#session;
  }

  write(session: StoredSession | null): void {
    this.#session = session;
  }
}

/** Keeps the session in a storage of the browser; where that refuses, as in private mode, in memory. */
class BrowserStorage implements TokenStorage {
  readonly isShared: boolean;
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  readonly #memory = new MemoryStorage();

  constructor(storage: KeyValueStorage, key: string, isShared: boolean) {
    this.#storage = storage;
    this.#key = key;
    this.isShared = isShared;
  }

  read(): StoredSession | null {
    try {
      const text = this.#storage.getItem(this.#key);
      return text ? (JSON.parse(text) as StoredSession) : this.#memory.read();
    } catch {
      return this.#memory.read();
    }
  }

  write(session: StoredSession | null): void {
    this.#memory.write(null);
    try {
      if (session) this.#storage.setItem(this.#key, JSON.stringify(session));
      else this.#storage.removeItem(this.#key);
    } catch {
      this.#memory.write(session);
    }
  }
}

/** Opens a storage by its name. Without a browser, it is the memory. */
export function openStorage(name: StorageName, key: string): TokenStorage {
  try {
    const { localStorage, sessionStorage } = browser;
    if (name === 'local' && localStorage && browser.window)
      return new BrowserStorage(localStorage, key, true);
    if (name === 'session' && sessionStorage && browser.window)
      return new BrowserStorage(sessionStorage, key, false);
  } catch {
    // A browser that blocks cookies throws on the mere access.
  }
  return new MemoryStorage();
}
