import { PATIENCE_MS } from './patience.ts';
import type { Person } from './person.ts';

/** An e-mail that a server without a mail server has kept. */
export interface KeptMail {
  readonly messageKey: string;
  readonly address: string;
  readonly status: string;
  readonly text: string | null;
}

/** The e-mails of some texts to an address, the latest first. */
export async function mailsTo(root: Person, address: string, ...keys: string[]): Promise<KeptMail[]> {
  const { mailMessages } = await root.ask('{ mailMessages { messageKey address status text } }');
  return (mailMessages as KeptMail[]).filter(
    (mail) => mail.address === address && keys.includes(mail.messageKey),
  );
}

/** Waits until there are so many e-mails of a text to an address and all have ended, and gives them. */
export async function untilMailed(
  root: Person,
  address: string,
  key: string,
  count = 1,
): Promise<KeptMail[]> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const mails = await mailsTo(root, address, key);
    const hasEnded = mails.every(({ status }) => status !== 'WAITING');
    if (hasEnded && mails.length >= count) return mails;
    if (Date.now() > deadline) throw new Error(`No such e-mail: ${JSON.stringify(mails)}`);
  }
}

/** The address of the link in an e-mail. */
export function linkIn({ text }: KeptMail): URL {
  const link = /https?:\S+/.exec(text ?? '')?.[0];
  if (!link) throw new Error(`No link in ${text}`);
  return new URL(link);
}

/** The token of the link in an e-mail: the part after `#`. */
export function tokenIn(mail: KeptMail): string {
  return linkIn(mail).hash.slice(1);
}
