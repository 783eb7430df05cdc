// The rows of stored files. Every time is that of the database's clock.

import type { Prisma, PrismaClient, StoredFile } from '../../generated/prisma/client.ts';

/** The time after which an upload counts as lost with its node. A node prolongs it while bytes come. */
export const LEASE_S = 12;
/** The time for which a node has a scan or a removal. */
const CLAIM = '60 seconds';
const MAX_CLAIMS = 5;
const FIRST_PAUSE_S = 1;
const LONGEST_PAUSE_S = 600;

type Db = Pick<PrismaClient, '$executeRaw' | '$queryRaw'>;

/**
 * Notes that the file of an attachment is about to be written. False if the attachment does not wait for it, or if another
 * upload is writing it.
 */
export async function beginWriting(db: Db, id: string, attachmentId: string): Promise<boolean> {
  const count = await db.$executeRaw`
    INSERT INTO stored_file (id, tenant_id, attachment_id, status, try_at)
    SELECT ${id}::uuid, tenant_id, id, 'WRITING', now() + make_interval(secs => ${LEASE_S}::float8)
    FROM attachment WHERE id = ${attachmentId}::uuid AND status = 'UPLOADING'
    ON CONFLICT DO NOTHING`;
  return count === 1;
}

/** Prolongs the time of an upload; false if it is over. */
export async function prolongWriting(db: Db, id: string): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE stored_file SET try_at = now() + make_interval(secs => ${LEASE_S}::float8)
    WHERE id = ${id}::uuid AND status = 'WRITING'`;
  return count === 1;
}

/** Ends the writing of a file in the transaction that completes its attachment; false if the time of the upload is over. */
export async function endWriting(
  db: Prisma.TransactionClient,
  id: string,
  isScanned: boolean,
): Promise<boolean> {
  const count = isScanned
    ? await db.$executeRaw`
        UPDATE stored_file SET status = 'SCANNING', tries = 0, try_at = now() WHERE id = ${id}::uuid AND status = 'WRITING'`
    : await db.$executeRaw`
        UPDATE stored_file SET status = 'KEPT', tries = 0, try_at = NULL WHERE id = ${id}::uuid AND status = 'WRITING'`;
  return count === 1;
}

/** Has the bytes of an upload that has failed removed: its row comes back if another node has removed it already. */
export async function giveUp(db: Db, { id, tenantId, attachmentId }: Key): Promise<void> {
  await db.$executeRaw`
    INSERT INTO stored_file (id, tenant_id, attachment_id, status, try_at)
    VALUES (${id}::uuid, ${tenantId}::uuid, ${attachmentId}::uuid, 'REMOVING', now())
    ON CONFLICT (id) DO UPDATE SET status = 'REMOVING', tries = 0, try_at = now()`;
}

/** Has the bytes of some attachments removed. */
export async function removeFilesOf(db: Prisma.TransactionClient, ids: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE stored_file SET status = 'REMOVING', tries = 0, try_at = now()
    WHERE attachment_id = ANY(${[...ids]}::uuid[]) AND status <> 'REMOVING'`;
}

export type Key = Pick<StoredFile, 'id' | 'tenantId' | 'attachmentId'>;

/** Work with a file that this node has taken. */
export interface FileWork extends Key {
  readonly status: 'SCANNING' | 'REMOVING';
  readonly tries: number;
}

/** The kinds of work with files. A scan that hangs holds up no removal. */
export type FileLane = 'scans' | 'removals';

/** Takes some of the files with work of a lane that is ready. An upload whose time is over becomes a removal. */
export function claimFiles(db: Db, lane: FileLane): Promise<FileWork[]> {
  return db.$queryRaw<FileWork[]>`
    UPDATE stored_file SET tries = tries + 1, try_at = now() + ${CLAIM}::interval,
      status = CASE status WHEN 'WRITING' THEN 'REMOVING' ELSE status END
    WHERE id IN (
      SELECT id FROM stored_file WHERE try_at <= now() AND (status = 'SCANNING') = ${lane === 'scans'}::boolean
      ORDER BY try_at LIMIT ${MAX_CLAIMS} FOR UPDATE SKIP LOCKED)
    RETURNING id, tenant_id AS "tenantId", attachment_id AS "attachmentId", status::text AS status, tries`;
}

/** Keeps a file for this node while it is scanned; false if it is to be removed. */
export async function prolongClaim(db: Db, id: string): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE stored_file SET try_at = now() + ${CLAIM}::interval WHERE id = ${id}::uuid AND status = 'SCANNING'`;
  return count === 1;
}

/** Forgets a file whose bytes are gone. */
export async function forgetFile(db: Db, id: string): Promise<void> {
  await db.$executeRaw`DELETE FROM stored_file WHERE id = ${id}::uuid AND status = 'REMOVING'`;
}

/** Has work that failed done again, after a pause that is longer each time. */
export async function tryAgain(db: Db, { id, tries, status }: FileWork): Promise<void> {
  const pause = Math.min(FIRST_PAUSE_S * 2 ** (tries - 1), LONGEST_PAUSE_S) * (1 + Math.random() / 5);
  await db.$executeRaw`
    UPDATE stored_file SET try_at = now() + make_interval(secs => ${pause}::float8)
    WHERE id = ${id}::uuid AND tries = ${tries} AND status = ${status}::stored_file_status`;
}
