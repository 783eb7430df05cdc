import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

/**
 * Reads the body of a POST. Only JSON is accepted: browsers send the content types of HTML forms across sites without a
 * preflight request. The bytes are counted as they arrive, whatever the length header says.
 */
export function jsonBody(maxBytes: number): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method !== 'POST') return;
      setRequestParser(async () => {
        const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (mediaType !== 'application/json') {
          throw refused(415, 'The body must be JSON: send it with "content-type: application/json".');
        }
        return toParams(parse(await readText(request, maxBytes)));
      });
    },
  };
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(400, 'The body is not valid JSON.');
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

function refused(status: number, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status } } });
}
