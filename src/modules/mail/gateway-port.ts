import { signaturesOf } from '../webhooks/webhook-secret.terms.ts';
import type { MailOutcome, MailPort, OutgoingMail } from './mail-port.ts';

/** The longest try. A claim holds for longer. */
const TRY_MS = 30_000;
/** Answers by which a gateway refuses the message itself, so that another try gains nothing. */
const REFUSALS = new Set([400, 413, 422]);

/**
 * Hands messages to the gateway of the installation, one signed POST for each (Standard Webhooks 1.0). `webhook-id` is the
 * id of the message and the same in every try, so that a gateway recognises what it has already taken. The gateway knows
 * the numbers and devices of users; the server has neither. `tryMs` is the longest try.
 */
export function gatewayPort(url: string, secret: string, tryMs = TRY_MS): MailPort {
  return { send, close: () => {} };

  async function send(mail: OutgoingMail): Promise<MailOutcome> {
    const body = Buffer.from(JSON.stringify(payloadOf(mail)));
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'lockstep',
      'webhook-id': mail.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signaturesOf([secret], { id: mail.id, timestamp, body }),
    };
    try {
      const signal = AbortSignal.timeout(tryMs);
      // A redirect is an answer like others: the message goes to the address of the setting and to no other.
      const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      // The status is the answer. The rest may be of any length, and is not read.
      await answer.body?.cancel();
      return outcomeOf(answer.status);
    } catch (error) {
      return {
        status: 'FAILED',
        answer: (error as Error).name === 'TimeoutError' ? 'ETIMEDOUT' : 'not reached',
      };
    }
  }
}

/** The content of a call. */
function payloadOf({ to, userId, params, link }: OutgoingMail) {
  const { text, kind, severity, channels } = params;
  return {
    type: 'notification',
    data: { userId, email: to, channels: String(channels).split(' '), kind, severity, text, link },
  };
}

function outcomeOf(status: number): MailOutcome {
  if (status >= 200 && status < 300) return { status: 'SENT' };
  return { status: REFUSALS.has(status) ? 'REFUSED' : 'FAILED', answer: String(status) };
}
