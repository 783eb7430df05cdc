import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import type { GraphQLSchema } from 'graphql';
import { v4 as uuidv4 } from 'uuid';
import type { Log } from '../../core/process/log.ts';
import { sentences } from '../../core/requests/fault.ts';
import { REFUSAL_HEADERS, sendBody, sendRefusal } from '../http/plain-answer.ts';
import { EXPORT, REQUEST } from '../http/refusals.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import { type ExportFormat, FORMATS } from './export-lines.ts';
import { exportedPages, PageRefused } from './exported-pages.ts';
import { documentOf, type ExportColumn, type ExportedList, exportedList } from './list-document.ts';
import { type Signed, type SignIn, sendSignInRefusal } from './sign-in.ts';

export interface ListExportParts {
  readonly schema: GraphQLSchema;
  readonly pipeline: OperationPipeline;
  readonly signIn: SignIn;
  readonly log: Log;
}

/** A client that takes its export more slowly is disconnected. */
const MAX_DOWNLOAD_MS = 600_000;
const RETRY_S = 5;

const LIST = {
  ...sentences('BAD_USER_INPUT', {
    NO_FORMAT: 'The "format" is one of {values}.',
    NO_SUCH_COLUMN: 'The list has no column "{name}"; it has {names}.',
    BAD_EXPORT_PARAMETER: 'The "{name}" in the query string is not valid JSON.',
    NO_EXPORT_PARAMETER: 'The list has no argument "{name}"; exports take {names}.',
  }),
  ...sentences('NOT_FOUND', { NO_SUCH_LIST: 'There is no list "{name}" to export.' }),
  ...sentences('FORBIDDEN', { COLUMN_CLOSED: 'You may not read the column "{name}".' }),
};

const OWN_PARAMETERS = ['list', 'format', 'columns'];

/** The request of a client, checked. */
interface Asked {
  readonly list: ExportedList;
  readonly format: ExportFormat;
  readonly formatName: string;
  readonly columns: readonly ExportColumn[];
  readonly variables: Record<string, unknown>;
}

/** The refusal of a request, as a fault with its status. */
class Refused extends Error {
  readonly status: number;
  readonly fault: Parameters<typeof sendRefusal>[2];

  constructor(status: number, fault: Parameters<typeof sendRefusal>[2]) {
    super(fault.rule);
    this.status = status;
    this.fault = fault;
  }
}

/**
 * Serves any list as a file, `GET /exports/list?list=customers&format=csv`, to the client that sends its token: the rows and
 * columns that it may read, in the order of `orderBy`, those that match `filter`. The columns are fixed before the first
 * row. A file that cannot be completed is cut: its connection breaks, so that no client takes it for the whole.
 */
export function listExportRoute(
  parts: ListExportParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const running = new Set<string>();
  return async (request, response) => {
    if (request.method !== 'GET') return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET' });
    const signed = await parts.signIn(request);
    if (!signed.viewer) return sendSignInRefusal(response, signed);
    const { userId } = signed.viewer;
    if (running.has(userId)) {
      const fault = EXPORT.EXPORT_RUNS({ retryAfter: RETRY_S });
      return sendRefusal(response, 503, fault, { 'retry-after': String(RETRY_S) });
    }
    running.add(userId);
    try {
      await send(parts, askedBy(parts.schema, request, signed), signed, response);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      sendRefusal(response, error.status, error.fault);
    } finally {
      running.delete(userId);
    }
  };
}

/** Reads what a request asks for; throws Refused. */
function askedBy(schema: GraphQLSchema, { url = '' }: IncomingMessage, { viewer }: Signed): Asked {
  const search = new URLSearchParams(url.split('?')[1]);
  const name = search.get('list') ?? '';
  const list = exportedList(schema, name, viewer);
  if (!list) throw new Refused(404, LIST.NO_SUCH_LIST({ name: name.slice(0, 100) }));
  const formatName = search.get('format') ?? 'csv';
  const format = FORMATS.get(formatName);
  if (!format) throw new Refused(400, LIST.NO_FORMAT({ values: [...FORMATS.keys()].join(', ') }));
  return {
    list,
    format,
    formatName,
    columns: columnsFor(list, search.get('columns')),
    variables: variablesIn(list, search),
  };
}

function columnsFor(list: ExportedList, named: string | null): readonly ExportColumn[] {
  if (named === null) return list.columns;
  return [...new Set(named.split(','))].map((name) => {
    const column = list.columns.find((one) => one.name === name);
    if (column) return column;
    if (list.closed.has(name)) throw new Refused(403, LIST.COLUMN_CLOSED({ name }));
    const names = list.columns.map((one) => one.name).join(', ');
    throw new Refused(400, LIST.NO_SUCH_COLUMN({ name: name.slice(0, 100), names }));
  });
}

function variablesIn({ argumentTypes }: ExportedList, search: URLSearchParams): Record<string, unknown> {
  const names = [...argumentTypes.keys()];
  const given = [...new Set(search.keys())].filter((name) => !OWN_PARAMETERS.includes(name));
  return Object.fromEntries(
    given.map((name) => {
      if (!argumentTypes.has(name)) {
        const known = [...OWN_PARAMETERS, ...names].join(', ');
        throw new Refused(400, LIST.NO_EXPORT_PARAMETER({ name: name.slice(0, 100), names: known }));
      }
      const text = search.get(name) ?? '';
      return [name, argumentTypes.get(name)?.startsWith('ID') ? text : parsed(name, text)];
    }),
  );
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, LIST.BAD_EXPORT_PARAMETER({ name }));
  }
}

async function send(
  { pipeline, log }: ListExportParts,
  { list, format, formatName, columns, variables }: Asked,
  { authorization, ip, viewer }: Signed,
  response: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, AbortSignal.timeout(MAX_DOWNLOAD_MS)]);
  const reader = { pipeline, authorization, ip, requestId: uuidv4(), signal };
  const query = documentOf(list, columns, Object.keys(variables));
  const pages = exportedPages(reader, list.name, query, variables);
  const progress = { list: list.name, userId: viewer.userId, rowCount: 0, isComplete: false };
  try {
    // The first page is read before the head: a refusal is an answer of its own.
    const first = await pages.next();
    response.writeHead(200, {
      'content-type': format.mediaType,
      'content-disposition': `attachment; filename="${list.name}.${formatName}"`,
      'cache-control': 'no-store',
    });
    await pipe(Readable.from(linesOf(first.value ?? [], pages)), response, { signal });
    progress.isComplete = true;
  } catch (error) {
    if (response.headersSent || !(error instanceof PageRefused)) response.destroy();
    else sendBody(response, error.status === 200 ? 400 : error.status, REFUSAL_HEADERS, error.body);
    if (!signal.aborted && !(error instanceof PageRefused))
      log.error({ err: error }, 'export of a list failed');
  }
  log.info(progress, 'list exported');

  async function* linesOf(
    first: readonly object[],
    rest: AsyncIterable<readonly object[]>,
  ): AsyncGenerator<string> {
    yield format.head(columns);
    progress.rowCount += first.length;
    yield format.lines(columns, first);
    for await (const rows of rest) {
      progress.rowCount += rows.length;
      yield format.lines(columns, rows);
    }
  }
}
