import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** Serves the text of the schema, for code generators that do not use introspection. */
export function schemaRoute(
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => void {
  const text = `${printSchema(lexicographicSortSchema(schema))}\n`;
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', etag }).end(text);
  };
}
