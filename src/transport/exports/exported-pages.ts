import { setTimeout as after } from 'node:timers/promises';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';

/** The largest page of a list. */
const PAGE = 100;
/** A page that the server cannot read now is asked for again, so many times in a row. */
const MAX_TRIES = 20;

/** The client for which pages are read. */
export interface PageReader {
  readonly pipeline: OperationPipeline;
  readonly authorization: string;
  readonly requestId: string;
  readonly ip: string | null;
  readonly signal: AbortSignal;
}

/** A page of a list. */
export interface ExportedPage {
  readonly nodes: readonly object[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A page was refused: the answer that its client would have got. */
export class PageRefused extends Error {
  override readonly name = 'PageRefused';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super('A page of an export was refused.');
    this.status = status;
    this.body = body;
  }
}

interface Answer {
  readonly data?: Record<string, ExportedPage | null> | null;
  readonly errors?: readonly { readonly extensions?: { readonly retryAfter?: number } }[];
}

/**
 * Reads the pages of a list, each as an operation of the client: so every page is counted, limited, executed and shown as
 * if the client had asked for it. It reads a page when the one before was taken. Throws PageRefused for an answer with an
 * error, e.g. when the client has lost a right.
 */
export async function* exportedPages(
  reader: PageReader,
  list: string,
  query: string,
  variables: object,
): AsyncGenerator<readonly object[]> {
  let cursor: string | null = null;
  for (;;) {
    const page: ExportedPage = await readPage(reader, list, query, {
      ...variables,
      first: PAGE,
      after: cursor,
    });
    yield page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    cursor = page.pageInfo.endCursor;
  }
}

async function readPage(
  reader: PageReader,
  list: string,
  query: string,
  variables: object,
): Promise<ExportedPage> {
  for (let tries = 1; ; tries += 1) {
    const { status, body } = await ask(reader, { query, variables });
    const { data, errors } = JSON.parse(body) as Answer;
    const page = data?.[list];
    if (page && !errors) return page;
    const waitS = errors?.[0]?.extensions?.retryAfter;
    if (waitS === undefined || tries === MAX_TRIES) throw new PageRefused(status, body);
    await after(waitS * 1_000, undefined, { signal: reader.signal });
  }
}

async function ask(
  { pipeline, authorization, requestId, ip, signal }: PageReader,
  operation: object,
): Promise<{ readonly status: number; readonly body: string }> {
  signal.throwIfAborted();
  const answer = await pipeline.fetch(
    'http://lockstep.internal/graphql',
    {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': requestId,
      },
      body: JSON.stringify(operation),
      signal,
    },
    { ip, isOwnDocument: true },
  );
  return { status: answer.status, body: await answer.text() };
}
