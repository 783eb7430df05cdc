import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AttachmentDownloads } from '../../modules/attachments/attachment-downloads.ts';
import type { AttachmentUploads } from '../../modules/attachments/attachment-uploads.ts';
import { UPLOAD, UploadRefused } from '../../modules/attachments/upload-refused.ts';
import type { SignIn } from '../exports/sign-in.ts';
import { clientAddress } from '../http/client-address.ts';
import { type LinkRate, refuseForRate } from '../http/link-rate.ts';
import { sendRefusal } from '../http/plain-answer.ts';
import { sendFile } from './send-file.ts';
import { takeFile } from './take-file.ts';

export interface AttachmentRouteParts {
  readonly uploads: AttachmentUploads;
  readonly downloads: AttachmentDownloads;
  readonly signIn: SignIn;
  readonly linkRate: LinkRate;
  readonly trustedProxies: number;
}

/** The files that a user may upload and download at a time at one node. */
const MAX_TRANSFERS = 8;
const RETRY_S = 2;

/**
 * Takes the files of attachments, `PUT /attachments?id=<id>` with the token of the uploader, and serves them to the holders
 * of links, `GET /attachments?token=<token>`.
 */
export function attachmentRoute(
  parts: AttachmentRouteParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const running = new Map<string, number>();

  /** Does a transfer as one of those of a user; throws UploadRefused if it has too many. */
  async function counted(userId: string, transfer: () => Promise<void>): Promise<void> {
    const count = running.get(userId) ?? 0;
    if (count >= MAX_TRANSFERS)
      throw new UploadRefused(503, UPLOAD.TOO_MANY_TRANSFERS({ max: MAX_TRANSFERS, retryAfter: RETRY_S }));
    running.set(userId, count + 1);
    try {
      await transfer();
    } finally {
      const left = (running.get(userId) ?? 1) - 1;
      if (left > 0) running.set(userId, left);
      else running.delete(userId);
    }
  }

  return async (request, response) => {
    try {
      await answer(parts, request, response, counted);
    } catch (error) {
      if (error instanceof UploadRefused) refuse(error, response);
      else refuseForRate(error, response);
    }
  };
}

async function answer(
  parts: AttachmentRouteParts,
  request: IncomingMessage,
  response: ServerResponse,
  counted: (userId: string, transfer: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { method, url = '' } = request;
  const search = new URLSearchParams(url.split('?')[1]);
  if (method === 'PUT') return takeFile(parts, search.get('id') ?? '', request, response, counted);
  if (method !== 'GET' && method !== 'HEAD')
    return sendRefusal(response, 405, UPLOAD.ONLY_PUT_OR_GET(), { allow: 'GET, HEAD, PUT' });
  const ip = clientAddress(request, parts.trustedProxies);
  const admit = parts.linkRate.admit(request);
  const file = await parts.downloads.open(search.get('token') ?? '', ip, admit);
  await counted(file.userId, () => sendFile(file, request, response));
}

function refuse({ status, fault }: UploadRefused, response: ServerResponse): void {
  const { retryAfter } = fault.params;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (response.headersSent) response.destroy();
  else sendRefusal(response, status, fault, headers);
}
