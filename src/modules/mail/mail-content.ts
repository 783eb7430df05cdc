import type { Params } from '../../core/requests/fault.ts';
import type { MailText } from '../../core/rows/mail-text.ts';

/** An e-mail as it is sent: plain text. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  /** The address to which its link leads. Null if it has none, or no address of the product is known. */
  readonly link: string | null;
}

/** The longest subject: a header of more than 998 bytes is refused, and a letter can take 12 of them. */
const MAX_SUBJECT = 78;
const LINK = '{link}';
/** Characters that end a header or a line, or turn the direction of the text after them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * Writes an e-mail. A param cannot begin a line or a header: each is of one line. The link is made of the address of the
 * product and params that are encoded, so no param changes where it leads.
 */
export function mailContent(text: MailText, params: Params, publicUrl: string | null): MailContent {
  const link =
    text.linkPath && publicUrl ? `${publicUrl}${filled(text.linkPath, params, encodeURIComponent)}` : null;
  const lines = text.lines.filter((line) => link !== null || !line.includes(LINK));
  const subject = filled(text.subject, params, oneLine);
  return {
    subject:
      [...subject].length > MAX_SUBJECT ? `${[...subject].slice(0, MAX_SUBJECT - 1).join('')}…` : subject,
    link,
    text: `${lines.map((line) => filled(line, link ? { ...params, link } : params, oneLine)).join('\n')}\n`,
  };
}

/** Tells whether the mail can be made where the product has this address. */
export function canBeMade({ needsLink }: MailText, publicUrl: string | null): boolean {
  return !needsLink || publicUrl !== null;
}

/** Puts params into a sentence, all in one pass: the value of one is never read as the name of another. */
function filled(sentence: string, params: Params, written: (value: string) => string): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => written(String(params[name] ?? '')));
}

function oneLine(value: string): string {
  return value.replaceAll(UNPRINTABLE, ' ').trim();
}
