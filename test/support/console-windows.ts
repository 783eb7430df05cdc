import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildPages } from './built-console.ts';
import { aBrowser, ConsoleWindow } from './console-window.ts';

/** The time that a busy machine may take to build the pages. */
const BUILD_MS = 240_000;

/**
 * Opens windows of the pages of a server for the tests of a file: with `open` one in which no user is signed in, with
 * `openAs` that of a user. They are closed after each test, which fails if one of them had a fault or tried something
 * against its policy.
 */
export function consoleWindows(url: string) {
  let browser: Browser | undefined;
  const windows: ConsoleWindow[] = [];

  beforeAll(async () => {
    await buildPages();
    browser = await aBrowser();
  }, BUILD_MS);
  afterAll(() => browser?.close());
  afterEach(async () => {
    const faults = windows.flatMap((window) => window.faults);
    for (const { context } of windows.splice(0)) await context.close();
    expect(faults).toEqual([]);
  });

  const open = async (path: string): Promise<ConsoleWindow> => {
    if (!browser) throw new Error('The browser has not started.');
    const window = await ConsoleWindow.open(browser, url, path);
    windows.push(window);
    return window;
  };
  const openAs = async (user: { readonly email: string }, path: string): Promise<ConsoleWindow> => {
    const window = await open(path);
    await window.signIn(user);
    return window;
  };
  return { open, openAs };
}
