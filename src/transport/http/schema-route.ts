import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { sendBody } from './plain-answer.ts';

/**
 * Serves the text of the schema, for code generators that do not use introspection. The first request prints it, so that
 * no start waits for it.
 */
export function schemaRoute(
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => void {
  let printed: ReturnType<typeof print> | undefined;
  return (request, response) => {
    printed ??= print(schema);
    const { body, etag } = printed;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    sendBody(response, 200, { 'content-type': 'text/plain; charset=utf-8', etag }, body);
  };
}

/** The text as bytes, which all answers share, and its tag. */
function print(schema: GraphQLSchema) {
  const body = Buffer.from(`${printSchema(lexicographicSortSchema(schema))}\n`);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  return { body, etag };
}
