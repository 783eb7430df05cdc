import type { Locks } from './browser.ts';
import type { Stop } from './readable.ts';
import type { StoredSession, Tokens } from './token-storage.ts';

/** A message of one tab to the others. */
export type TabMessage =
  | { readonly kind: 'signed-in' | 'renewed'; readonly session: StoredSession; readonly tokens: Tokens }
  | { readonly kind: 'signed-out'; readonly session: { readonly id: string } };

/** Sends messages to the other tabs of the same name, and receives theirs. */
export interface Tabs {
  send(message: TabMessage): void;
  close: Stop;
}

/** Joins the tabs of a name. Where there is no BroadcastChannel, a tab is alone. */
export function joinTabs(name: string, receive: (message: TabMessage) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { send() {}, close() {} };
  const channel = new BroadcastChannel(name);
  // The types of Node and of the DOM differ here, and so do their channels: Node's keeps the process alive.
  const port = channel as unknown as { onmessage: (event: { data: TabMessage }) => void; unref?: () => void };
  port.onmessage = ({ data }) => receive(data);
  port.unref?.();
  return { send: (message) => channel.postMessage(message), close: () => channel.close() };
}

const LOCK_WITHIN_MS = 3_000;

/**
 * Runs `work` while no other tab runs such work. The lock is a courtesy: a tab that was frozen with it would stop all
 * others, so after three seconds the work runs without it, and the server's grace for a token that was used twice has
 * to suffice.
 */
export async function oneTabAtATime<T>(
  locks: Locks | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!locks) return work();
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), LOCK_WITHIN_MS);
  let hasLock = false;
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      hasLock = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (hasLock) throw error;
    return work();
  } finally {
    clearTimeout(timer);
  }
}
