import type { Webhook } from '../../generated/prisma/client.ts';
import type { Claimed } from './delivery-store.ts';

/** The largest body. Beyond it the endpoint receives the event without its data. */
const MAX_BODY_BYTES = 256 * 1_024;

/** Makes the body of an event from its data. */
export function bodyOfEvent(delivery: Claimed, data: object): Buffer {
  const { type, occurredAt, cursor, hasGapBefore } = delivery;
  const envelope = { type, timestamp: occurredAt, cursor, ...(hasGapBefore && { gap: true }) };
  const whole = Buffer.from(JSON.stringify({ ...envelope, data }));
  return whole.length <= MAX_BODY_BYTES
    ? whole
    : Buffer.from(JSON.stringify({ ...envelope, tooLarge: true }));
}

/** Makes the body of a reset or of a test. */
export function bodyOfNotice({ kind, type, occurredAt, cursor }: Claimed, webhook: Webhook): Buffer {
  const data = kind === 'RESET' ? { webhookId: webhook.id } : { webhookId: webhook.id, name: webhook.name };
  const position = kind === 'RESET' ? { cursor } : {};
  return Buffer.from(JSON.stringify({ type, timestamp: occurredAt, ...position, data }));
}
