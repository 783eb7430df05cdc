import type { ExecutionResult } from 'graphql';
import type { Change } from '../../core/rows/change.ts';
import type { StreamItem } from '../../live/streams/result-stream.ts';
import { KIND_OF_EVENT } from './webhook-document.ts';

/**
 * A result of the subscription of a webhook. FAILED: the server has failed at one event, and may succeed later. ERRORS: the
 * stream ends, or the webhook has to stop.
 */
export type WebhookResult =
  | { readonly kind: 'EVENT'; readonly typeName: string; readonly cursor: string; readonly data: object }
  | { readonly kind: 'RESET'; readonly cursor: string }
  | { readonly kind: 'POSITION'; readonly cursor: string }
  | { readonly kind: 'FAILED'; readonly cursor: string; readonly message: string }
  | { readonly kind: 'ERRORS'; readonly cause: ErrorCause; readonly message: string };

type Errors = Extract<WebhookResult, { kind: 'ERRORS' }>;

/** The consequence of an error for a webhook: it has to stop, or the same may succeed later. */
export type ErrorCause = 'NOT_PERMITTED' | 'DOCUMENT_INVALID' | 'LATER';

const OF_RIGHTS = ['FORBIDDEN', 'UNAUTHENTICATED', 'SUBSCRIPTION_REVOKED', 'MODULE_DISABLED', 'NOT_FOUND'];
const OF_DOCUMENT = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
  'CURSOR_INVALID',
];

/** Reads an item of the stream of a webhook, whose event is under `key`. */
export function readItem(item: StreamItem, key: string): WebhookResult {
  if (!('bytes' in item)) return errorsOf(item);
  const { data, errors } = JSON.parse(item.bytes.toString()) as ExecutionResult<
    Record<string, object | null>
  >;
  if (errors && errors.length > 0) return failureAt(item.cursor, errorsOf({ errors }));
  const { [KIND_OF_EVENT]: typeName, ...event } = (data?.[key] ?? {}) as Record<string, unknown>;
  const cursor = item.cursor ?? '';
  if (typeName === 'FeedPosition') return { kind: 'POSITION', cursor };
  if (typeName === 'FeedReset') return { kind: 'RESET', cursor };
  return { kind: 'EVENT', typeName: String(typeName), cursor, data: { ...data, [key]: event } };
}

/** A failure at one event has a position, and need not stop those after it. */
function failureAt(cursor: string | null, found: Errors): WebhookResult {
  return found.cause === 'LATER' && cursor !== null
    ? { kind: 'FAILED', cursor, message: found.message }
    : found;
}

/** Reads the errors with which a stream ends or could not begin. */
export function errorsOf({ errors }: Pick<ExecutionResult, 'errors'>): Errors {
  const codes = errors?.map(({ extensions }) => String(extensions?.code)) ?? [];
  const [first] = errors ?? [];
  return { kind: 'ERRORS', cause: causeOf(codes), message: first?.message ?? 'No event.' };
}

function causeOf(codes: readonly string[]): ErrorCause {
  if (codes.some((code) => OF_RIGHTS.includes(code))) return 'NOT_PERMITTED';
  return codes.some((code) => OF_DOCUMENT.includes(code)) ? 'DOCUMENT_INVALID' : 'LATER';
}

const VERBS = { CREATED: 'Created', UPDATED: 'Updated', DELETED: 'Deleted' } as const;

/** The name of the type that shows a change, for an event which could not be made. */
export function typeNameOf({ entity, kind }: Pick<Change, 'entity' | 'kind'>): string {
  return `${entity}${VERBS[kind]}`;
}

/** The type of an event for endpoints: `CustomerCreated` is `customer.created`. */
export function typeOfEvent(typeName: string): string {
  const words = typeName
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');
  const verb = words.pop();
  return words.length > 0 ? `${words.join('_')}.${verb}` : `${verb}`;
}
