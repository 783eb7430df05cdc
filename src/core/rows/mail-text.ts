import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Params } from '../requests/fault.ts';
import type { Viewer } from '../rights/viewer.ts';

/** A message to a user in English: an e-mail, or a call of the gateway, with `{name}` in the place of each param. A room lists it in its manifest. */
export interface MailText {
  /** The name in the database, unique in the product, e.g. `notification`. Messages that wait keep it. */
  readonly key: string;
  readonly subject: string;
  /** Whether it leaves by the gateway, which has text messages and push messages. Absent: it is an e-mail. */
  readonly isForGateway?: boolean;
  /** The lines of the text. A line with `{link}` is left out where no address of the product is known. */
  readonly lines: readonly string[];
  /** The path of `{link}` after the address of the product, with params, e.g. `/reset#{token}`. Absent: no link. */
  readonly linkPath?: string;
  /** Whether the mail is worth nothing without its link: it is then not made without PUBLIC_URL. */
  readonly needsLink?: boolean;
  /**
   * Whether it goes to the address that its user has at each try, and not to that of the moment when it was queued: a
   * corrected address may belong to another person before. Absent: it goes to the address that was queued.
   */
  readonly followsUser?: boolean;
  /**
   * Asked right before each try: the params to send it with, or null if it is not to be sent any more, e.g. because its
   * cause is gone. The viewer is that of the user to whom it goes, null if that user may not act. Absent: it is sent as
   * it was queued.
   */
  readonly prepare?: (db: PrismaClient, viewer: Viewer | null, params: Params) => Promise<Params | null>;
}
