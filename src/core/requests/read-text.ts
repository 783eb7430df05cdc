import { domainToASCII } from 'node:url';

/**
 * Characters that show nothing and are dropped, with the controls of the writing direction. Those that change what
 * their neighbours look like stay: joiners (Persian, Hindi, families of emoji), selectors of variants, tags (flags).
 */
const UNSEEN =
  /(?!\u034f|[\u180b-\u180d\u180f]|[\ufe00-\ufe0f]|[\u{e0020}-\u{e007f}]|[\u{e0100}-\u{e01ef}]|\u200c|\u200d)[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** A character that shows something. BRAILLE PATTERN BLANK and a note without a head are symbols to Unicode. */
const SEEN = /(?![\u2800\u{1d159}])[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\p{Cf}]/u;

/**
 * Reads a text into the one spelling in which texts are stored, sought and compared: NFC, trimmed, without characters
 * that show nothing. Inputs and filters read with it, so what a client wrote is found by what it wrote.
 */
export function readText(text: string): string {
  return text.replace(UNSEEN, '').normalize('NFC').trim();
}

/** Whether a text shows anything. */
export function isSeen(text: string): boolean {
  return SEEN.test(text);
}

/** The size of a text in the unit of all limits: code points, as PostgreSQL counts. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Whether every surrogate is half of a pair. PostgreSQL cannot store another text, and the driver would alter it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Characters that NFC turns into ASCII: KELVIN SIGN into K, GREEK VARIA into a grave accent. */
const DISGUISED = /[\u212a\u1fef]/u;

const ENDING = '.x';

/**
 * Reads an address, or a part of one, into the one spelling that is stored and compared: lower case, and the domain as
 * the internet has it (`münchen.de` is `xn--mnchen-3ya.de`). A domain that is none stays as it is,
 * and so does an address that NFC would turn into that of another mailbox: it is then refused as none.
 */
export function readEmail(text: string): string {
  if (DISGUISED.test(text.slice(0, text.lastIndexOf('@')))) return text;
  const address = readText(text).toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at === -1 || !/^[\p{L}\p{M}\p{N}.。-]+$/u.test(domain)) return address;
  return `${address.slice(0, at)}@${asciiOf(domain)}`;
}

/**
 * A domain that ends with a number would be read as an IPv4 address (`163` as `0.0.0.163`), although it may be the
 * beginning of `163.com`. So one label more is converted and cut off.
 */
function asciiOf(domain: string): string {
  const ascii = domainToASCII(`${domain}${ENDING}`);
  return ascii ? ascii.slice(0, -ENDING.length) : domain;
}
