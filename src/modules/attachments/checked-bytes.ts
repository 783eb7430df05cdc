import { createHash } from 'node:crypto';
import type { Attachment } from '../../generated/prisma/client.ts';
import { ACCEPTED_NAMES, type AcceptedType, HEAD_BYTES, typeOf } from './file-types.ts';
import { UPLOAD, UploadRefused } from './upload-refused.ts';

/** The findings on a file once its last byte was read. */
export interface Findings {
  type: AcceptedType;
  sha256: string;
}

/**
 * Passes the bytes of an upload on, and throws UploadRefused as soon as they are not what was announced: a type that is not
 * accepted after the first bytes, a byte too many before it is passed on, a byte too few or another digest at the end. So
 * what is written before the end is never a file.
 */
export async function* checkedBytes(
  source: AsyncIterable<Uint8Array>,
  { sizeBytes, sha256 }: Pick<Attachment, 'sizeBytes' | 'sha256'>,
  findings: Partial<Findings>,
  onReceived: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  let received = 0;
  let head: Uint8Array[] | null = [];

  for await (const chunk of source) {
    received += chunk.length;
    if (received > sizeBytes) throw new UploadRefused(413, UPLOAD.UPLOAD_TOO_LONG({ expected: sizeBytes }));
    digest.update(chunk);
    onReceived(received);
    if (head) {
      head.push(chunk);
      if (received < HEAD_BYTES) continue;
      const gathered = Buffer.concat(head);
      head = null;
      findings.type = await acceptedOrThrow(gathered, false);
      yield gathered;
      continue;
    }
    requirePlain(findings.type, chunk);
    yield chunk;
  }
  if (received < sizeBytes)
    throw new UploadRefused(400, UPLOAD.UPLOAD_TOO_SHORT({ expected: sizeBytes, received }));
  if (head) {
    const gathered = Buffer.concat(head);
    findings.type = await acceptedOrThrow(gathered, true);
    yield gathered;
  }
  findings.sha256 = digest.digest('hex');
  if (sha256 !== null && sha256 !== findings.sha256)
    throw new UploadRefused(422, UPLOAD.UPLOAD_DIGEST_DIFFERS({ received: findings.sha256 }));
}

async function acceptedOrThrow(head: Uint8Array, isWhole: boolean): Promise<AcceptedType> {
  const type = await typeOf(head, isWhole);
  if (!type) throw new UploadRefused(415, UPLOAD.UPLOAD_TYPE_REFUSED({ values: ACCEPTED_NAMES }));
  return type;
}

/** A program that begins like a text is no text. */
function requirePlain(type: AcceptedType | undefined, chunk: Uint8Array): void {
  if (type?.mediaType === 'text/plain' && chunk.includes(0))
    throw new UploadRefused(415, UPLOAD.UPLOAD_TYPE_REFUSED({ values: ACCEPTED_NAMES }));
}
