/** The part of `localStorage` that GraphiQL uses. */
export interface PageStorage {
  readonly length: number;
  clear(): void;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const OWN = 'graphiql:';

/**
 * `localStorage` for tabs, settings and history, without the headers of any operation: they hold tokens. GraphiQL leaves
 * them out of its tabs, and not out of its history.
 */
export function tabStorage(storage: PageStorage): PageStorage {
  return {
    get length() {
      return storage.length;
    },
    clear() {
      // The session of the user is in the same storage.
      for (const key of Object.keys(storage)) if (key.startsWith(OWN)) storage.removeItem(key);
    },
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => storage.setItem(key, withoutHeaders(value)),
    removeItem: (key) => storage.removeItem(key),
  };
}

function withoutHeaders(value: string): string {
  try {
    const content: unknown = JSON.parse(value);
    if (typeof content !== 'object') return value;
    return JSON.stringify(content, (name, one) => (name === 'headers' ? null : one));
  } catch {
    return value; // no JSON, e.g. the name of a theme
  }
}
