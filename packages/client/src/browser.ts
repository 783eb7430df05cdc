// The few parts of a browser that the client uses, each of which may be missing: in Node, in a worker, in an old browser.
// They are described here, so that a program without the types of the DOM can compile against the package.

/** The lock manager of a browser: `navigator.locks`. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>;
}

/** The part of `window` that says whether the page is shown and connected. */
export interface Page {
  readonly document?: {
    readonly visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  addEventListener(type: string, listener: (event: unknown) => void): void;
  removeEventListener(type: string, listener: (event: unknown) => void): void;
}

interface Browser {
  readonly window?: Page;
  readonly navigator?: { readonly locks?: Locks };
  readonly localStorage?: KeyValueStorage;
  readonly sessionStorage?: KeyValueStorage;
}

/** `localStorage` or `sessionStorage`. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The global object, as a browser. */
export const browser = globalThis as unknown as Browser;
