import type { Readable } from 'node:stream';
import type { Clock } from '../../core/process/clock.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Identity } from '../../core/rights/identity.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attachment, PrismaClient } from '../../generated/prisma/client.ts';
import type { ByteRange, FileStore } from '../../storage/file-store.ts';
import { fileIn, type LinkedFile } from './attachment-link.ts';
import { attachments } from './attachments.access.ts';
import { acceptedType } from './file-types.ts';
import { UPLOAD, UploadRefused } from './upload-refused.ts';

export interface DownloadParts {
  readonly prisma: PrismaClient;
  readonly identity: Pick<Identity, 'viewer'>;
  readonly cipher: SecretCipher;
  readonly clock: Clock;
  readonly store: FileStore;
}

/** A file that its reader may download at this moment. */
export interface OpenFile {
  readonly userId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Whether browsers may show it in a page. */
  readonly isInline: boolean;
  /** The digest of the content, which never changes. */
  readonly digest: string;
  /** Opens its bytes; throws UploadRefused if they are gone. */
  read(range?: ByteRange): Promise<Readable>;
  /** Whether the reader may still read it. */
  isOpen(): Promise<boolean>;
}

/** The files of attachments, for the readers to whom links are bound. */
export class AttachmentDownloads {
  readonly #parts: DownloadParts;

  constructor(parts: DownloadParts) {
    this.#parts = parts;
  }

  /**
   * Opens the file to which the token of a link leads, with the rights that its reader has now. Throws UploadRefused: 404 if
   * the link is none or has expired, 403 if the reader has signed out or may not read the file any more. Calls `admit`
   * with the reader before its rights are read.
   */
  async open(token: string, ip: string | null, admit: (userId: string) => void): Promise<OpenFile> {
    const { cipher, clock, prisma, store } = this.#parts;
    const linked = fileIn(cipher, clock, token);
    if (!linked) throw new UploadRefused(404, UPLOAD.NO_SUCH_FILE());
    admit(linked.reader.userId);
    const row = await this.#rowFor(linked, ip);
    const where = { attachmentId: linked.attachmentId, status: 'KEPT' as const };
    const stored = row && (await prisma.storedFile.findFirst({ where, select: { id: true } }));
    const type = row && acceptedType(row.mediaType);
    if (!row || !stored || !type) throw new UploadRefused(403, UPLOAD.FILE_CLOSED());
    const { name, sizeBytes, sha256 } = row;
    return {
      userId: linked.reader.userId,
      name,
      sizeBytes,
      ...type,
      digest: sha256 ?? '',
      read: async (range) => {
        const bytes = await store.read(stored.id, range);
        if (!bytes) throw new UploadRefused(403, UPLOAD.FILE_CLOSED());
        return bytes;
      },
      isOpen: async () => (await this.#rowFor(linked, ip)) !== null,
    };
  }

  async #rowFor({ reader, attachmentId }: LinkedFile, ip: string | null): Promise<Attachment | null> {
    const { prisma, identity } = this.#parts;
    const viewer = await identity.viewer({ ...reader, ip });
    if (!viewer) return null;
    const visible = toPrismaWhere(attachments.visibleTo(viewer));
    const mine = { id: attachmentId, status: 'CLEAN' as const };
    return prisma.attachment.findFirst({ where: { AND: [mine, visible] } });
  }
}
