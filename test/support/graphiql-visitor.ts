import type { BrowserContext, Page } from 'playwright-core';
import { TEST_PASSWORD } from './installation.ts';

/** The texts of GraphiQL's editors, by the ends of their names. */
type Editor = 'operation.graphql' | 'variables.json' | 'request-headers.json' | 'response.json';

/** The texts of the editors, as the page keeps them. */
interface Window {
  readonly __MONACO: {
    readonly editor: {
      getModels(): {
        readonly uri: { readonly path: string };
        getValue(): string;
        setValue(text: string): void;
      }[];
    };
  };
}

/** A window of a browser in which GraphiQL is used as people use it. */
export class GraphiqlVisitor {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens GraphiQL, and waits until the editors and the schema are there. */
  static async open(context: BrowserContext, url: string): Promise<GraphiqlVisitor> {
    const page = await context.newPage();
    const schema = page.waitForResponse(
      (answer) => answer.request().postData()?.includes('IntrospectionQuery') ?? false,
    );
    await page.goto(`${url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await schema;
    return new GraphiqlVisitor(page);
  }

  /** Signs in by the bar above the tabs. */
  async signIn(email: string): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(TEST_PASSWORD);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.locator('.session-name').waitFor();
  }

  /** Brings a tab to the front. */
  async tab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name: new RegExp(`^${name}\\b`) }).click();
  }

  /** Presses the button that runs the operation, or stops it. */
  async press(): Promise<void> {
    await this.page.locator('.graphiql-execute-button').click();
  }

  /** Puts a text into an editor. */
  async write(editor: Editor, text: string): Promise<void> {
    await this.page.evaluate(
      ([name, value]) => {
        const { editor: all } = (globalThis as unknown as Window).__MONACO;
        all
          .getModels()
          .find(({ uri }) => uri.path.endsWith(name))
          ?.setValue(value);
      },
      [editor, text] as const,
    );
  }

  /** The response, as soon as it has the given text in it. */
  async response(part: string): Promise<string> {
    const handle = await this.page.waitForFunction((wanted) => {
      const { editor: all } = (globalThis as unknown as Window).__MONACO;
      const text = all
        .getModels()
        .find(({ uri }) => uri.path.endsWith('response.json'))
        ?.getValue();
      return text?.includes(wanted) ? text : null;
    }, part);
    return (await handle.jsonValue()) ?? '';
  }

  /** The types of the listed events, newest first, as soon as there are so many. */
  async events(count: number): Promise<string[]> {
    const types = this.page.locator('.events-type');
    await types.nth(count - 1).waitFor();
    return types.allTextContents();
  }
}
