import { v7 as uuidv7 } from 'uuid';
import type { Params } from '../../core/requests/fault.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { MailText } from '../../core/rows/mail-text.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { sealSecrets } from './mail-secrets.terms.ts';

/** An e-mail to queue. */
export interface NewMail {
  readonly text: MailText;
  /** An address that an input has checked. */
  readonly to: string;
  /** The user to whom it goes. Null: an address without a user. */
  readonly userId: string | null;
  readonly params: Params;
  /** Params that no list shows and no log has, e.g. the token of a link, and the cipher that keeps them. */
  readonly secrets?: { readonly params: Params; readonly cipher: SecretCipher };
  /** At most one message has this key, however often it is queued. */
  readonly uniqueKey?: string;
  /** The earliest time of the first try. Absent: now. */
  readonly notBefore?: Date;
}

/**
 * Queues an e-mail in the transaction that decides it: it is sent after the COMMIT by one node, and never if the
 * transaction is rolled back. It waits for no mail server.
 */
export async function queueMail(tx: Pick<Transaction, 'db' | 'now'>, mail: NewMail): Promise<void> {
  const { text, to: address, userId, params, secrets, uniqueKey = null, notBefore } = mail;
  const id = uuidv7();
  const sealedSecrets = secrets ? sealSecrets(secrets.cipher, id, secrets.params) : null;
  await tx.db.mailMessage.createMany({
    data: {
      ...{ id, userId, address, params, uniqueKey, sealedSecrets },
      messageKey: text.key,
      tryAt: notBefore ?? (await tx.now()),
    },
    skipDuplicates: true,
  });
}
