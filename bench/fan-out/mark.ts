// Each event carries its number as a text, "#00000042 …", in a place where any server passes texts on. A reader finds
// it without decoding the message: "#" is nowhere else in the messages of the bench.

import { microseconds } from '../support/microseconds.ts';

const HASH = '#'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const DIGITS = 8;

/** The number that only asks whether a subscriber receives anything: it may be sent any number of times. */
export const PROBE = 0;

/** Makes the text that carries a number; no two are equal, or a change to it would be none. */
export function markOf(sequence: number): string {
  return `#${String(sequence).padStart(DIGITS, '0')} ${Math.round(microseconds())}`;
}

/** The number that a message carries; -1 if it carries none. */
export function sequenceIn(message: Buffer, start: number, end: number): number {
  const at = message.indexOf(HASH, start);
  if (at < 0 || at + DIGITS >= end) return -1;
  let sequence = 0;
  for (let index = at + 1; index <= at + DIGITS; index += 1) {
    sequence = sequence * 10 + ((message[index] ?? 0) - ZERO);
  }
  return sequence;
}
