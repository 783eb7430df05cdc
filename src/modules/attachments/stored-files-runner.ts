import type { Transactions } from '../../changes/transactions.ts';
import type { Log } from '../../core/process/log.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { BackgroundLoop } from '../../lib/background-loop.ts';
import type { FileScanner } from '../../storage/file-scanner.ts';
import type { FileStore } from '../../storage/file-store.ts';
import { attachmentEntity } from './attachments.changes.ts';
import {
  claimFiles,
  type FileLane,
  type FileWork,
  forgetFile,
  prolongClaim,
  tryAgain,
} from './stored-files.ts';

/** The longest pause: after it, a node finds what another has left. */
const POLL_MS = 1_000;
const RENEWAL_MS = 15_000;
const ORIGIN = { actor: systemActor('attachments'), requestId: null, ip: null };

export interface StoredFilesParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of'>;
  readonly store: FileStore;
  /** Null: files count as clean. */
  readonly scanner: FileScanner | null;
  readonly log: Log;
}

/**
 * Scans the files of attachments and removes those that are no longer wanted. Every node has a runner, and no transaction
 * is open while a storage or a scanner answers. It is no due work for that reason, and because a file outlives its
 * attachment. What fails is tried again, for as long as it takes. A scanner that hangs holds up no removal.
 */
export class StoredFilesRunner {
  readonly #parts: StoredFilesParts;
  readonly #loops: readonly BackgroundLoop[];

  constructor(parts: StoredFilesParts) {
    this.#parts = parts;
    this.#loops = (['scans', 'removals'] as const).map((lane) => this.#loopOf(lane));
  }

  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  /** Waits for the files with which it works; other nodes do the rest. */
  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    this.#parts.store.close();
  }

  #loopOf(lane: FileLane): BackgroundLoop {
    return new BackgroundLoop(
      () => this.#goRound(lane),
      (error) => {
        this.#parts.log.warn({ err: error, lane }, 'files of attachments wait: database unavailable');
        return POLL_MS;
      },
    );
  }

  async #goRound(lane: FileLane): Promise<number> {
    const work = await claimFiles(this.#parts.prisma, lane);
    await Promise.all(work.map((file) => this.#do(file)));
    return work.length > 0 ? 0 : POLL_MS;
  }

  async #do(file: FileWork): Promise<void> {
    const { prisma, log } = this.#parts;
    const { id, attachmentId, tries, status } = file;
    try {
      if (status === 'REMOVING') await this.#remove(id);
      else await this.#scan(id, attachmentId);
    } catch (error) {
      log.warn({ err: error, id, attachmentId, tries, status }, 'file of an attachment waits');
      await tryAgain(prisma, file);
    }
  }

  async #remove(id: string): Promise<void> {
    const { prisma, store } = this.#parts;
    await store.remove(id);
    await forgetFile(prisma, id);
  }

  async #scan(id: string, attachmentId: string): Promise<void> {
    const { prisma, store, scanner, transactions, log } = this.#parts;
    const bytes = await store.read(id);
    if (!bytes) throw new Error('the file to scan is not there');
    const renewing = setInterval(() => void prolongClaim(prisma, id).catch(() => {}), RENEWAL_MS);
    const result = await (scanner?.scan(bytes) ?? Promise.resolve({ isClean: true as const })).finally(() => {
      clearInterval(renewing);
      bytes.destroy();
    });
    if (!result.isClean) log.warn({ attachmentId, signature: result.signature }, 'attachment is infected');
    await transactions.of(ORIGIN)(async (tx) => {
      await tx.lock(attachmentEntity, attachmentId);
      const row = await tx.db.attachment.findFirst({ where: { id: attachmentId } });
      const where = { id, status: 'SCANNING' as const };
      const { count } = await tx.db.storedFile.updateMany({ where, data: { status: 'KEPT', tryAt: null } });
      if (count === 0 || row?.status !== 'PENDING') return null;
      return tx.update(attachmentEntity, row, { status: result.isClean ? 'CLEAN' : 'INFECTED' });
    });
  }
}
