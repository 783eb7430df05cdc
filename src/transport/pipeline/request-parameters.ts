import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';

const REQUEST = sentences('BAD_USER_INPUT', {
  NOT_JSON: 'The body must be JSON: send it with "content-type: application/json".',
  ENCODED_BODY: 'The body must not be encoded: send it without "content-encoding".',
  BODY_TOO_LARGE: 'The body is larger than {max} bytes (MAX_BODY_BYTES).',
  NO_UTF8: 'The body is not valid UTF-8.',
  BAD_BODY: 'The body is not valid JSON.',
  BAD_QUERY_STRING: 'The "{name}" in the query string is not valid JSON.',
  SEVERAL_OPERATIONS: 'Several operations in one request are not accepted.',
  NO_OBJECT: 'The body must be an object with "query", and optionally "variables" and "operationName".',
});

/**
 * Reads the parameters of an operation from the body of a POST or the query string of a GET. Of bodies only JSON is
 * accepted: browsers send the content types of HTML forms across sites without a preflight request. The bytes are
 * counted as they arrive, whatever the length header says, and encoded bodies are refused: a small one can become large.
 */
export function requestParameters(maxBytes: number): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => fromQueryString(request.url));
      if (request.method === 'POST') setRequestParser(() => fromBody(request, maxBytes));
    },
  };
}

async function fromBody(request: Request, maxBytes: number): Promise<GraphQLParams> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw refused(415, REQUEST.NOT_JSON());
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw refused(415, REQUEST.ENCODED_BODY(), { 'accept-encoding': 'identity' });
  }
  return toParams(parse(await readText(request, maxBytes), REQUEST.BAD_BODY()));
}

function fromQueryString(url: string): GraphQLParams {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const object = (name: string) => parse(search.get(name) || 'null', REQUEST.BAD_QUERY_STRING({ name }));
  // The parameters are checked later, those of a POST and of a GET alike.
  return {
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') || undefined,
    variables: object('variables') ?? undefined,
    extensions: object('extensions') ?? undefined,
  } as GraphQLParams;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  // Not `for await`: leaving that loop would cancel the body, and with it the connection that has to carry the answer.
  const reader = request.body?.getReader();
  for (;;) {
    const { value: chunk } = (await reader?.read()) ?? {};
    if (!chunk) return text + decode(decoder);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw refused(413, REQUEST.BODY_TOO_LARGE({ max: maxBytes }));
    text += decode(decoder, chunk);
  }
}

/** Returns the text of a chunk. Without a chunk it ends the text, and refuses an incomplete character. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw refused(400, REQUEST.NO_UTF8());
  }
}

function parse(text: string, fault: Fault<'BAD_USER_INPUT'>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(400, fault);
  }
}

function toParams(body: unknown): GraphQLParams {
  if (Array.isArray(body)) throw refused(400, REQUEST.SEVERAL_OPERATIONS());
  if (typeof body !== 'object' || body === null) throw refused(400, REQUEST.NO_OBJECT());
  return body;
}

function refused(
  status: number,
  fault: Fault<'BAD_USER_INPUT'>,
  headers?: Record<string, string>,
): GraphQLError {
  return refusedBy(fault, { extensions: { http: { status, ...(headers && { headers }) } } });
}
