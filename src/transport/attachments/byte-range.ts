import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '../../storage/file-store.ts';

/** The part of a file that a request asks for: a range, the whole, or bytes that it does not have. */
export type AskedRange = ByteRange | 'whole' | 'beyond';

/**
 * Reads the range of a request (RFC 9110, section 14). One that is malformed, or of several parts, counts as absent, and so
 * does one for another content than the present (`If-Range`).
 */
export function askedRange(
  { range, 'if-range': ifRange }: IncomingHttpHeaders,
  sizeBytes: number,
  etag: string,
): AskedRange {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return 'whole';
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim()) ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole';
  if (from === '') {
    const length = Number(to);
    return length === 0 ? 'beyond' : { first: Math.max(sizeBytes - length, 0), last: sizeBytes - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return 'whole';
  if (first >= sizeBytes) return 'beyond';
  return { first, last: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) };
}
