import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { SharedBody } from './compress-answer.ts';
import { isKnown } from './known-etag.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { REQUEST, SCHEMA } from './refusals.ts';

/**
 * Serves the text of the schema, for code generators that do not use introspection. The first request prints it, so that
 * no start waits for it.
 */
export function schemaRoute(
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let printed: ReturnType<typeof print> | undefined;
  return async ({ method, headers }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET, HEAD' });
    }
    printed ??= print(schema);
    const { body, etag } = printed;
    // Every encoding has the same tag, a weak one, because it tags the text and not the bytes.
    const always = { etag, 'cache-control': 'no-cache' };
    if (isKnown(headers['if-none-match'], etag.slice(2))) {
      response.writeHead(304, { ...always, vary: 'Accept-Encoding' }).end();
      return;
    }
    const sent = await body.for(response);
    sendBody(response, 200, { 'content-type': 'text/plain; charset=utf-8', ...always }, sent);
  };
}

/** Answers where the schema is not for every client. */
export function refuseSchema(_request: IncomingMessage, response: ServerResponse): void {
  sendRefusal(response, 404, SCHEMA.SCHEMA_WITHHELD());
}

/** The text as bytes, which all answers share, and its tag. */
function print(schema: GraphQLSchema) {
  const body = Buffer.from(`${printSchema(lexicographicSortSchema(schema))}\n`);
  const etag = `W/"${createHash('sha256').update(body).digest('base64url')}"`;
  return { body: new SharedBody(body), etag };
}
