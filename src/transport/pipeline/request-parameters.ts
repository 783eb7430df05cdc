import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

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
    throw refused(415, 'The body must be JSON: send it with "content-type: application/json".');
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw refused(415, 'The body must not be encoded: send it without "content-encoding".', {
      'accept-encoding': 'identity',
    });
  }
  return toParams(parse('body', await readText(request, maxBytes)));
}

function fromQueryString(url: string): GraphQLParams {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const object = (name: string) => parse(`"${name}" in the query string`, search.get(name) || 'null');
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
    if (bytes > maxBytes) throw refused(413, `The body is larger than ${maxBytes} bytes (MAX_BODY_BYTES).`);
    text += decode(decoder, chunk);
  }
}

/** Returns the text of a chunk. Without a chunk it ends the text, and refuses an incomplete character. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw refused(400, 'The body is not valid UTF-8.');
  }
}

function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(400, `The ${what} is not valid JSON.`);
  }
}

function toParams(body: unknown): GraphQLParams {
  if (Array.isArray(body)) throw refused(400, 'Several operations in one request are not accepted.');
  if (typeof body !== 'object' || body === null) {
    throw refused(
      400,
      'The body must be an object with "query", and optionally "variables" and "operationName".',
    );
  }
  return body;
}

function refused(status: number, message: string, headers?: Record<string, string>): GraphQLError {
  const http = { status, ...(headers && { headers }) };
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http } });
}
