import { createTransport } from 'nodemailer';
import type { MailOutcome, MailPort, OutgoingMail } from './mail-port.ts';

/** The longest try, from the connection to the answer. A claim holds for longer. */
const TRY_MS = 30_000;
const STEP_MS = 10_000;

/** The parts of an error of nodemailer that say whose fault it is. */
interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Sends e-mails to a mail server, one connection for each. `tryMs` is the longest try. */
export function smtpPort(url: string, sender: string, tryMs = TRY_MS): MailPort {
  const stepMs = Math.min(STEP_MS, tryMs);
  const transport = createTransport({
    url,
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: tryMs,
    dnsTimeout: stepMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: (mail) => within(tryMs, send(mail)),
    close: () => transport.close(),
  };

  async function send({ to, subject, text, messageId }: OutgoingMail): Promise<MailOutcome> {
    // Addresses as objects: a text would be parsed, and could be two addresses.
    const from = { name: 'Lockstep', address: sender };
    const headers = { 'auto-submitted': 'auto-generated' };
    return transport
      .sendMail({ from, to: { name: '', address: to }, subject, text, messageId, headers })
      .then((): MailOutcome => ({ status: 'SENT' }), outcomeOf);
  }
}

/**
 * A 5xx answer to the recipient or to the message is for good. One to the sign-in or to the greeting is the fault of the
 * installation, which the operator can mend.
 */
function outcomeOf({ code, responseCode }: SmtpError): MailOutcome {
  const answer = [code, responseCode].filter(Boolean).join(' ') || 'failed';
  const isOfMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  return { status: isOfMessage && (responseCode ?? 0) >= 500 ? 'REFUSED' : 'FAILED', answer };
}

/** The limits of nodemailer are for each step: a server that answers a byte a second would hold the try for ever. */
function within(ms: number, sending: Promise<MailOutcome>): Promise<MailOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ status: 'FAILED', answer: 'ETIMEDOUT' }), ms);
    void sending.then((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
  });
}
