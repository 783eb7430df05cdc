import { PATIENCE_MS, within } from './patience.ts';

/** The answer to a reader of a status page. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The page, or a refusal. */
  // biome-ignore lint/suspicious/noExplicitAny: what it has is what the tests assert
  readonly page: any;
}

/** Asks a node for a status page, as a stranger; `path` begins with the slug. */
export async function readPage(url: string, path: string, init: RequestInit = {}): Promise<PageAnswer> {
  const response = await fetch(`${url}/status/${path}`, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const page = isJson && text ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, text, page };
}

/** Asks until the answer is as expected: a change reaches the other nodes after its commit. */
export async function pageWhen(
  url: string,
  path: string,
  isExpected: (answer: PageAnswer) => boolean,
): Promise<PageAnswer> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await readPage(url, path);
    if (isExpected(answer)) return answer;
    if (Date.now() > end) throw new Error(`The page stays as it is: ${answer.status} ${answer.text}`);
  }
}

/** The stream of a status page, as a browser reads it. */
export class PageStreamReader {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #blocks: AsyncGenerator<string>;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#blocks = blocksOf(response);
  }

  static async open(
    url: string,
    slug: string,
    headers: Record<string, string> = {},
  ): Promise<PageStreamReader> {
    const abort = new AbortController();
    const opening = fetch(`${url}/status/${slug}/events`, { headers, signal: abort.signal });
    const response = await within(PATIENCE_MS, () => 'a stream did not begin', opening);
    return new PageStreamReader(response, abort);
  }

  /** The next block of lines; null at the end of the stream. */
  async block(): Promise<string | null> {
    const next = this.#blocks.next();
    const { value, done } = await within(PATIENCE_MS, () => 'nothing came over a stream', next);
    return done ? null : value;
  }

  /** The next event with the page; null at the end of the stream. */
  // biome-ignore lint/suspicious/noExplicitAny: what a page has is what the tests assert
  async page(): Promise<{ id: string; page: any } | null> {
    for (;;) {
      const block = await this.block();
      if (block === null) return null;
      const [, id, data] = /^event: status\nid: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (id && data) return { id, page: JSON.parse(data) };
    }
  }

  leave(): void {
    this.#abort.abort();
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks;
  }
}
