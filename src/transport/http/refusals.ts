import { sentences } from '../../core/requests/fault.ts';

/** The refusals of requests that reach no operation. */
export const REQUEST = sentences('BAD_USER_INPUT', {
  NO_HTTP: 'This is not a request of HTTP.',
  NO_HANDSHAKE: 'This is not a handshake of WebSocket: see RFC 6455, section 4.1, version 13.',
  NO_HOST: 'The Host header does not name a host.',
  HEADERS_TOO_LARGE: 'The headers of the request are too large.',
  TOO_LATE: 'The request did not arrive in time.',
  NO_SUCH_PATH: 'There is nothing at this path. The GraphQL endpoint is /graphql.',
  ONLY_GET: 'Send a GET.',
  ONLY_POST: 'Send a POST.',
  NOT_ACCEPTABLE:
    'Answers are JSON or event streams: accept "application/json", "application/graphql-response+json" or "text/event-stream".',
});

/** The refusals of a logout at an outside issuer, before its token is read. */
export const LOGOUT_REQUEST = sentences('BAD_USER_INPUT', {
  LOGOUT_NO_FORM: 'Send a form: the content type is application/x-www-form-urlencoded.',
  LOGOUT_TOO_LARGE: 'The form is larger than {max} bytes.',
  LOGOUT_TOKEN_MISSING: 'Send one logout token, as the parameter "logout_token" of the form.',
});

export const SCHEMA = sentences('NOT_FOUND', {
  SCHEMA_WITHHELD: 'The text of the schema is not for every client here (INTROSPECTION).',
});

export const GRAPHIQL = sentences('NOT_FOUND', {
  GRAPHIQL_OFF: 'GraphiQL is switched off here (GRAPHIQL): use a client of your own.',
});

export const ORIGIN = sentences('FORBIDDEN', {
  ORIGIN_CLOSED: 'Web pages of this origin may not open sockets (CORS_ORIGINS).',
});

export const NODE = sentences('TRY_AGAIN', {
  NODE_STOPS: 'This node stops: connect again in {retryAfter} s.',
});

export const EXPORT = {
  ...sentences('NOT_FOUND', {
    NO_SUCH_EXPORT: 'This link leads to no export, or does so no longer: ask for another one.',
  }),
  ...sentences('TRY_AGAIN', {
    EXPORT_RUNS: 'Another export for you is being downloaded: try again in {retryAfter} s.',
  }),
};

export const IMPORT = {
  ...sentences('BAD_USER_INPUT', {
    FILE_PACKED: 'Send the file as it is, without a Content-Encoding.',
    IMPORT_TOO_SLOW: 'The file did not arrive in time: use a faster link, or send a smaller file.',
  }),
  ...sentences('TRY_AGAIN', {
    IMPORT_RUNS: 'Another file of yours is being received: try again in {retryAfter} s.',
    NODE_FULL_OF_IMPORTS: 'This node receives as many files as it can: try again in {retryAfter} s.',
  }),
};

export const PAGE = {
  ...sentences('NOT_FOUND', { NO_SUCH_PAGE: 'There is no public status page at this path.' }),
  ...sentences('RATE_LIMITED', {
    TOO_MANY_PAGE_REQUESTS:
      'Your network asks for status pages too often (STATUS_PAGE_REQUESTS_PER_SECOND): wait {retryAfter} s.',
    TOO_MANY_PAGE_STREAMS:
      'Your network has {max} event streams of status pages open (STATUS_PAGE_STREAMS_PER_NETWORK): wait {retryAfter} s.',
  }),
  ...sentences('TRY_AGAIN', {
    PAGE_UNAVAILABLE: 'The status page cannot be read now: try again in {retryAfter} s.',
    NODE_FULL_OF_PAGE_STREAMS: 'This node has no room for another event stream: try again in {retryAfter} s.',
  }),
};
