import type { Params } from '../../core/requests/fault.ts';
import type { MailContent } from './mail-content.ts';

/** A message with its envelope. */
export interface OutgoingMail extends MailContent {
  /** The id of its row: the same in every try. */
  readonly id: string;
  readonly to: string;
  /** The user to whom it goes. Null: an address without a user. */
  readonly userId: string | null;
  /** The data in its text. */
  readonly params: Params;
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

/** The way by which messages leave. */
export interface MailPort {
  /** Tries to send one. It answers within the time limit of a try, and never throws. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
  close(): void;
}

/** Where there is no mail server, or no gateway, messages are kept and shown to administrators of the platform. */
export const keepingPort: MailPort = {
  send: async () => ({ status: 'KEPT' }),
  close: () => {},
};
