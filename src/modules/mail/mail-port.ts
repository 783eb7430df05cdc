import type { MailContent } from './mail-content.ts';

/** An e-mail with its envelope. */
export interface OutgoingMail extends MailContent {
  readonly to: string;
  /** The same in every try, so that a mail server recognises a message that it has already taken. */
  readonly messageId: string;
}

/**
 * The outcome of a try: taken by the mail server, refused for good, or neither. The answer is the code of the server or
 * the kind of the failure, and repeats nothing of the message.
 */
export type MailOutcome =
  | { readonly status: 'SENT' | 'KEPT' }
  | { readonly status: 'REFUSED' | 'FAILED'; readonly answer: string };

/** The way by which e-mails leave. */
export interface MailPort {
  /** Tries to send one. It answers within the time limit of a try, and never throws. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
  close(): void;
}

/** Where there is no mail server, e-mails are kept and shown to administrators of the platform. */
export const keepingPort: MailPort = {
  send: async () => ({ status: 'KEPT' }),
  close: () => {},
};
