import { v7 as uuidv7 } from 'uuid';
import type { Metrics } from '../../core/process/metrics.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { PrismaClient, Webhook, WebhookAttempt } from '../../generated/prisma/client.ts';
import type { WebhookOutcome } from '../../generated/prisma/enums.ts';
import { opened, signaturesOf } from '../../modules/webhooks/webhook-secret.terms.ts';
import type { GuardedClient, Outcome } from '../../outbound/guarded-client.ts';
import type { Claimed } from './delivery-store.ts';

const CUT_BYTES = 4_096;
const PLAIN_HEADERS = [
  'content-type',
  'content-length',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'retry-after',
];

export interface AttemptParts {
  readonly prisma: PrismaClient;
  readonly client: GuardedClient;
  readonly cipher: SecretCipher;
  readonly metrics: Pick<Metrics, 'webhookAttempts'>;
}

/** The result of a request. */
export interface Sent {
  readonly outcome: WebhookOutcome;
  readonly status: number | null;
  readonly retryAfter: string | undefined;
}

/** Signs and sends the body of a delivery, and keeps the attempt in the log. */
export async function send(
  parts: AttemptParts,
  webhook: Webhook,
  delivery: Claimed,
  body: Buffer,
): Promise<Sent> {
  const startedAt = new Date();
  const timestamp = Math.floor(startedAt.getTime() / 1_000);
  const secrets = await secretsOf(parts, webhook, startedAt);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Lockstep-Webhooks/1.0',
    'webhook-id': delivery.eventId,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': signaturesOf(secrets, { id: delivery.eventId, timestamp, body }),
  };
  const answer = await parts.client.post({ url: webhook.url, headers, body });
  const outcome = outcomeOf(answer);
  const status = answer.kind === 'ANSWERED' ? answer.status : null;
  await keep(parts, delivery, {
    outcome,
    status,
    startedAt,
    durationMs: Math.max(Date.now() - startedAt.getTime(), 0),
    requestHeaders: masked(headers),
    requestBody: cut(body),
    answerHeaders: answer.kind === 'ANSWERED' ? masked(answer.headers) : null,
    answerBody: answer.kind === 'ANSWERED' ? cut(answer.body) : null,
  });
  const retryAfter = answer.kind === 'ANSWERED' ? answer.headers['retry-after'] : undefined;
  return { outcome, status, retryAfter };
}

/** Keeps an attempt in which no request could be made. */
export function keepNotExecuted(parts: AttemptParts, delivery: Claimed): Promise<void> {
  return keep(parts, delivery, {
    outcome: 'NOT_EXECUTED',
    status: null,
    startedAt: new Date(),
    durationMs: 0,
    requestHeaders: null,
    requestBody: null,
    answerHeaders: null,
    answerBody: null,
  });
}

type Kept = Pick<
  WebhookAttempt,
  | 'outcome'
  | 'status'
  | 'startedAt'
  | 'durationMs'
  | 'requestHeaders'
  | 'requestBody'
  | 'answerHeaders'
  | 'answerBody'
>;

/** Of a webhook that was deleted meanwhile there is no log. */
async function keep({ prisma, metrics }: AttemptParts, { id, attempts }: Claimed, kept: Kept): Promise<void> {
  metrics.webhookAttempts[kept.outcome].inc();
  const { outcome, status, startedAt, durationMs } = kept;
  const { requestHeaders, requestBody, answerHeaders, answerBody } = kept;
  await prisma.$executeRaw`
    INSERT INTO webhook_attempt (id, delivery_id, number, outcome, status, started_at, duration_ms,
      request_headers, request_body, answer_headers, answer_body)
    SELECT ${uuidv7()}::uuid, delivery.id, ${attempts}, ${outcome}::webhook_outcome, ${status}::int, ${startedAt},
      ${durationMs}, ${requestHeaders}, ${requestBody}, ${answerHeaders}, ${answerBody}
    FROM webhook_delivery AS delivery WHERE delivery.id = ${id}::uuid`;
}

/** The secrets that sign now, the newest first. */
async function secretsOf({ prisma, cipher }: AttemptParts, webhook: Webhook, now: Date): Promise<string[]> {
  const { id: webhookId, generation, previousEndsAt } = webhook;
  const isOverlapping = previousEndsAt !== null && previousEndsAt > now;
  const found = await prisma.webhookSecret.findMany({
    where: { webhookId, number: isOverlapping ? { lte: generation } : generation },
    orderBy: { number: 'desc' },
  });
  return found.map((secret) => opened(cipher, secret));
}

function outcomeOf(answer: Outcome): WebhookOutcome {
  if (answer.kind === 'FAILED') return answer.failure === 'TOO_LARGE' ? 'NOT_EXECUTED' : answer.failure;
  const { status } = answer;
  if (status >= 200 && status < 300) return 'DELIVERED';
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED';
}

function masked(headers: Readonly<Record<string, string>>): string {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    PLAIN_HEADERS.includes(name) ? value : '***',
  ]);
  return cut(Buffer.from(JSON.stringify(Object.fromEntries(shown))));
}

/** PostgreSQL keeps no NUL in a text. */
function cut(body: Buffer): string {
  return body.subarray(0, CUT_BYTES).toString().replaceAll('\0', '\uFFFD');
}
