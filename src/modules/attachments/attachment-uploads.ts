import { v7 as uuidv7 } from 'uuid';
import type { Transactions } from '../../changes/transactions.ts';
import type { Uploading } from '../../core/feeds/uploading.ts';
import type { Log } from '../../core/process/log.ts';
import type { Identity } from '../../core/rights/identity.ts';
import type { SignIn } from '../../core/rights/sealed-sign-in.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { actorOf } from '../../core/rows/actor.ts';
import type { Attachment, PrismaClient } from '../../generated/prisma/client.ts';
import type { FileStore } from '../../storage/file-store.ts';
import { attachments } from './attachments.access.ts';
import { attachmentEntity } from './attachments.changes.ts';
import { checkedBytes, type Findings } from './checked-bytes.ts';
import { withEnding } from './file-name.ts';
import { beginWriting, endWriting, giveUp, LEASE_S, prolongWriting } from './stored-files.ts';
import { UPLOAD, UploadRefused } from './upload-refused.ts';

/** Four times in a lease. */
const RENEWAL_MS = (LEASE_S * 1_000) / 4;
/** The shortest time between two signs of progress. */
const PROGRESS_MS = 200;
/** The pause after which the rights of an uploader are read again. */
const ASK_MS = 5_000;

export interface UploadParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of'>;
  readonly identity: Pick<Identity, 'viewer'>;
  readonly store: FileStore;
  /** Whether files are scanned before they can be downloaded. */
  readonly isScanned: boolean;
  readonly uploading: Uploading;
  readonly log: Log;
}

/** Tells how far an upload is. */
interface Progress {
  received(bytes: number): void;
  end(isWhole: boolean): void;
}

/** The file that a client sends. */
export interface IncomingFile {
  readonly viewer: Viewer;
  /** The sign-in by which it comes: once that has ended, the file is refused. */
  readonly signIn: SignIn;
  readonly ip: string | null;
  readonly requestId: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Aborted when the client has left, or has taken too long. */
  readonly signal: AbortSignal;
}

/**
 * Receives the files of attachments: they pass through to the storage, a few bytes at a time.
 *
 *     row of the file, COMMIT ── bytes, checked ── row of the attachment, COMMIT
 *
 * An upload that ends otherwise leaves a row whose file any node removes, also if this node is killed: the row has a
 * lease, which the node prolongs while bytes come.
 */
export class AttachmentUploads {
  readonly #parts: UploadParts;

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /** Finds the attachment that waits for a file of the viewer; throws UploadRefused for any other, in the same words. */
  async waiting(viewer: Viewer, id: string): Promise<Attachment> {
    const row = await this.#parts.prisma.attachment.findFirst({ where: { id } });
    if (row?.status !== 'UPLOADING' || !mayUpload(viewer, row))
      throw new UploadRefused(404, UPLOAD.NO_SUCH_UPLOAD());
    return row;
  }

  /** Receives the file of an attachment that waits for it. Throws UploadRefused; then nothing of the file is kept. */
  async receive(attachment: Attachment, incoming: IncomingFile): Promise<Attachment> {
    const { prisma, store } = this.#parts;
    const key = { id: uuidv7(), tenantId: attachment.tenantId, attachmentId: attachment.id };
    if (!(await beginWriting(prisma, key.id, attachment.id)))
      throw new UploadRefused(503, UPLOAD.UPLOAD_RUNS({ retryAfter: LEASE_S }));
    const [lost, closed] = [new AbortController(), new AbortController()];
    const renewing = setInterval(() => void this.#prolong(key.id, lost), RENEWAL_MS);
    const asking = setInterval(() => void this.#closeUnlessAllowed(attachment, incoming, closed), ASK_MS);
    const findings: Partial<Findings> = {};
    const progress = this.#progressOf(attachment);
    let isWhole = false;
    try {
      const bytes = checkedBytes(incoming.bytes, attachment, findings, progress.received);
      await store.write(key.id, bytes, AbortSignal.any([incoming.signal, lost.signal, closed.signal]));
      const completed = await this.#complete(attachment, incoming, key.id, findings as Findings);
      isWhole = true;
      return completed;
    } catch (error) {
      // Where the database is unavailable, the lease ends.
      await giveUp(prisma, key).catch((cause: Error) =>
        this.#parts.log.warn({ err: cause }, 'upload not ended'),
      );
      throw closed.signal.aborted
        ? new UploadRefused(404, UPLOAD.NO_SUCH_UPLOAD())
        : this.#refusalOf(error, incoming);
    } finally {
      clearInterval(renewing);
      clearInterval(asking);
      progress.end(isWhole);
    }
  }

  async #prolong(id: string, lost: AbortController): Promise<void> {
    const isMine = await prolongWriting(this.#parts.prisma, id).catch(() => true);
    if (!isMine) lost.abort();
  }

  /** While the database is unavailable the upload goes its way: the next look is soon. */
  async #closeUnlessAllowed(row: Attachment, incoming: IncomingFile, closed: AbortController): Promise<void> {
    const present = await this.#present(incoming).catch(() => incoming.viewer);
    if (!present || !mayUpload(present, row)) closed.abort();
  }

  /** The uploader with the rights that it has now; null once its sign-in has ended. */
  #present({ signIn, ip }: IncomingFile): Promise<Viewer | null> {
    return this.#parts.identity.viewer({ ...signIn, ip });
  }

  /** Completes an attachment, if its uploader may still add it. */
  async #complete(
    { id }: Attachment,
    incoming: IncomingFile,
    fileId: string,
    { type, sha256 }: Findings,
  ): Promise<Attachment> {
    const { transactions, isScanned } = this.#parts;
    const { viewer, ip, requestId } = incoming;
    const present = await this.#present(incoming);
    const transact = transactions.of({ actor: actorOf(viewer), requestId, ip });
    const { value } = await transact(async (tx) => {
      await tx.lock(attachmentEntity, id);
      const row = await tx.db.attachment.findFirst({ where: { id } });
      if (row?.status !== 'UPLOADING' || !present || !mayUpload(present, row))
        throw new UploadRefused(404, UPLOAD.NO_SUCH_UPLOAD());
      if (!(await endWriting(tx.db, fileId, isScanned)))
        throw new UploadRefused(503, UPLOAD.UPLOAD_RUNS({ retryAfter: LEASE_S }));
      return tx.update(attachmentEntity, row, {
        status: isScanned ? 'PENDING' : 'CLEAN',
        name: withEnding(row.name, type.endings),
        mediaType: type.mediaType,
        sha256,
        uploadedAt: await tx.now(),
      });
    });
    return value;
  }

  /** Tells how far an upload is: at most every PROGRESS_MS, so that the last sign before a pause is noted, too. */
  #progressOf(attachment: Attachment): Progress {
    const { uploading } = this.#parts;
    const { id: attachmentId, tenantId, subjectType, conversationId, sizeBytes, isInternal } = attachment;
    const { maintenanceRequestId, incidentId, customerId, residentId } = attachment;
    const place = { maintenanceRequestId, incidentId, customerId, residentId, isInternal };
    const upload = { attachmentId, tenantId, subjectType, conversationId, ...place, sizeBytes };
    let receivedBytes = 0;
    let telling: NodeJS.Timeout | null = null;
    const tell = () => {
      telling = null;
      uploading.note({ ...upload, receivedBytes });
    };
    return {
      received: (bytes) => {
        receivedBytes = bytes;
        telling ??= setTimeout(tell, PROGRESS_MS).unref();
      },
      end: (isWhole) => {
        if (telling) clearTimeout(telling);
        if (isWhole) tell();
        else uploading.end({ tenantId, attachmentId });
      },
    };
  }

  #refusalOf(error: unknown, { signal }: IncomingFile): unknown {
    if (error instanceof UploadRefused || signal.aborted) return error;
    this.#parts.log.error({ err: error }, 'attachment not stored');
    return new UploadRefused(503, UPLOAD.STORAGE_UNAVAILABLE({ retryAfter: LEASE_S }));
  }
}

function mayUpload(viewer: Viewer, row: Attachment): boolean {
  return (
    row.uploaderId === viewer.userId &&
    viewer.permissions.has('messages:write') &&
    matches(attachments.visibleTo(viewer), row)
  );
}
