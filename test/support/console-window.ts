import { expect } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { TEST_PASSWORD } from './installation.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** The time that a busy machine may take for what a page does. */
const PATIENCE_MS = 90_000;
const MOST_TABS = 60;

/** Starts Chromium. Its sandbox needs rights that containers withhold. */
export function aBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** A window of the console, with a session of its own, as a person uses it. */
export class ConsoleWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #url: string;
  /** The uncaught faults of its pages, and each thing that they tried against their policy. */
  readonly faults: string[] = [];

  private constructor(url: string, context: BrowserContext, page: Page) {
    this.#url = url;
    this.context = context;
    this.page = page;
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.faults.push(message.text());
    });
  }

  /** Opens a path in a window of its own. */
  static async open(browser: Browser, url: string, path: string): Promise<ConsoleWindow> {
    const context = await browser.newContext({
      viewport: { width: 1300, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const window = new ConsoleWindow(url, context, await context.newPage());
    await window.goTo(path);
    return window;
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`);
  }

  /** Fills the form in and sends it. */
  async submitSignIn(email: string, password = TEST_PASSWORD): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.button('Sign in').click();
  }

  /** Signs in, and waits until the page is in step. */
  async signIn({ email }: { readonly email: string }): Promise<void> {
    await this.submitSignIn(email);
    await this.inStep();
  }

  async inStep(): Promise<void> {
    await this.button('In step').waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name });
  }

  /** A row of the table that shows this text. */
  row(text: string): Locator {
    return this.page.getByRole('row').filter({ hasText: text });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name, exact: true });
  }

  /** Waits until the page shows this text. */
  async sees(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until the page shows this text no more. */
  async seesNoMore(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: 'detached' });
  }

  /** Presses Tab until an element with this role and name has the focus. */
  async tabTo(role: Parameters<Page['getByRole']>[0], name: string): Promise<void> {
    const wanted = this.page.getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      if ((await wanted.and(this.page.locator(':focus')).count()) > 0) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`No ${role} "${name}" can be reached with Tab.`);
  }

  /** Fails if axe finds something serious on the page, in the light or in the dark look. */
  async isAccessible(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const found = await this.page.evaluate(`(async () => {
        ${axe.source};
        const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | '));
      })()`);
      expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
    }
  }
}
