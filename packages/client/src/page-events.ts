import type { Page } from './browser.ts';
import type { Stop } from './readable.ts';

/** The events of a page that matter to a connection. */
export interface PageEvents {
  /** The network is gone, or the page goes to the cache of the browser: no socket may be open. */
  leave(): void;
  /** The network is back, or the page is: connect immediately. */
  return(): void;
  /** The page is shown again: the socket may have died meanwhile, while timers did not run. */
  look(): void;
}

/** Watches a page. Without one, nothing happens. */
export function watchPage(page: Page | undefined, events: PageEvents): Stop {
  if (!page?.addEventListener) return () => {};
  const shown = () => {
    if (page.document?.visibilityState !== 'hidden') events.look();
  };
  const listeners: [string, () => void][] = [
    ['offline', () => events.leave()],
    ['pagehide', () => events.leave()],
    ['online', () => events.return()],
    ['pageshow', () => events.return()],
  ];
  for (const [type, listener] of listeners) page.addEventListener(type, listener);
  page.document?.addEventListener('visibilitychange', shown);
  return () => {
    for (const [type, listener] of listeners) page.removeEventListener(type, listener);
    page.document?.removeEventListener('visibilitychange', shown);
  };
}
