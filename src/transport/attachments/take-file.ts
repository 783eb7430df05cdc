import type { IncomingMessage, ServerResponse } from 'node:http';
import { v4 as uuidv4 } from 'uuid';
import { signInOf } from '../../core/context.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import type { AttachmentUploads } from '../../modules/attachments/attachment-uploads.ts';
import { UPLOAD, UploadRefused } from '../../modules/attachments/upload-refused.ts';
import { type SignIn, sendSignInRefusal } from '../exports/sign-in.ts';
import { sendBody, sendRefusal } from '../http/plain-answer.ts';

interface TakeParts {
  readonly uploads: AttachmentUploads;
  readonly signIn: SignIn;
}

/** A client that sends nothing for so long is disconnected. */
const SILENCE_MS = 15_000;
/** The time for an upload: the first part, and what a slow link needs for the bytes, an hour at most. */
const FIRST_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 16;
const LONGEST_MS = 3_600_000;
/** The time in which a client that was refused may notice it before its connection is closed. */
const NOTICE_MS = 2_000;

/** Takes the file of an attachment. Whatever refuses it, the client learns why, and nothing of the file is kept. */
export async function takeFile(
  { uploads, signIn }: TakeParts,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  counted: (userId: string, transfer: () => Promise<void>) => Promise<void>,
): Promise<void> {
  // A body that is refused is read on for a moment and thrown away: the client sees the answer and no broken connection.
  response.once('finish', () => closeSoon(request));
  const signed = await signIn(request);
  if (!signed.viewer) return sendSignInRefusal(response, signed);
  const { viewer, ip, connection } = signed;
  const { sessionId, secretNumber, outside } = connection;
  const { 'content-encoding': coding = 'identity', 'content-length': length } = request.headers;
  if (coding !== 'identity') throw new UploadRefused(415, UPLOAD.UPLOAD_ENCODED());
  const attachment = await uploads.waiting(viewer, asRowId(id));
  const { sizeBytes } = attachment;
  if (length !== undefined && Number(length) > sizeBytes)
    throw new UploadRefused(413, UPLOAD.UPLOAD_TOO_LONG({ expected: sizeBytes }));
  if (length !== undefined && Number(length) < sizeBytes)
    throw new UploadRefused(400, UPLOAD.UPLOAD_TOO_SHORT({ expected: sizeBytes, received: Number(length) }));
  await counted(viewer.userId, async () => {
    const limit = limitUpload(request, response, sizeBytes);
    const signIn = signInOf({ viewer, sessionId, secretNumber, outside });
    const incoming = { viewer, signIn, ip, requestId: uuidv4(), bytes: limit.bytes, signal: limit.signal };
    try {
      const { status, name, mediaType, sha256 } = await uploads.receive(attachment, incoming);
      const body = JSON.stringify({ id: attachment.id, status, name, mediaType, sizeBytes, sha256 });
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      sendBody(response, 201, headers, body);
    } catch (error) {
      if (!limit.signal.aborted) throw error;
    } finally {
      limit.end();
    }
  });
}

/** The bytes of a request, until its client leaves or takes too long: then it is answered, and disconnected. */
function limitUpload(request: IncomingMessage, response: ServerResponse, sizeBytes: number) {
  const aborting = new AbortController();
  const refuse = () => {
    if (!response.headersSent) sendRefusal(response, 408, UPLOAD.UPLOAD_TOO_SLOW(), { connection: 'close' });
    aborting.abort();
    request.destroy();
  };
  const late = setTimeout(refuse, Math.min(FIRST_MS + sizeBytes / SLOWEST_BYTES_PER_MS, LONGEST_MS));
  let silent: NodeJS.Timeout | undefined;
  const awaitClient = () => {
    silent = setTimeout(refuse, SILENCE_MS);
  };
  const leave = () => aborting.abort();
  response.once('close', leave);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    awaitClient();
    // An upload that is refused leaves the request open for the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      // The time that the storage takes is no silence of the client.
      clearTimeout(silent);
      yield chunk as Uint8Array;
      awaitClient();
    }
    clearTimeout(silent);
  }
  const end = () => {
    clearTimeout(late);
    clearTimeout(silent);
    response.off('close', leave);
  };
  return { bytes: bytes(), signal: aborting.signal, end };
}

function closeSoon(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  const closing = setTimeout(() => request.socket.destroy(), NOTICE_MS).unref();
  request.once('close', () => clearTimeout(closing));
}
