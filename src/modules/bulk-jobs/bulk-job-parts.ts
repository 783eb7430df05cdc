import type { BulkJob, Prisma, PrismaClient } from '../../generated/prisma/client.ts';

/** The parts of a file that was refused, or never arrived whole, are kept for longer than any request lasts. */
const KEPT_HOURS = 1;

type Reading = Pick<Prisma.TransactionClient, 'bulkJobPart'>;

/** Whether a job has lines that are not yet items. It begins when all are. */
export async function isPacked(db: Reading, { id }: Pick<BulkJob, 'id'>): Promise<boolean> {
  return (await db.bulkJobPart.findFirst({ where: { jobId: id }, select: { id: true } })) !== null;
}

/**
 * Makes items of the next part of the file of a waiting job, some hundreds, so that no transaction grows with the file.
 * False if no part was left for this node. The part is deleted with the same COMMIT, so each line becomes one item,
 * whatever is killed when. The lock keeps the job from being cancelled meanwhile.
 */
export async function unpackPart(prisma: PrismaClient, { id }: Pick<BulkJob, 'id'>): Promise<boolean> {
  if (!(await isPacked(prisma, { id }))) return false;
  return prisma.$transaction(async (db) => {
    const [waiting] = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM bulk_job WHERE id = ${id}::uuid AND status = 'QUEUED' FOR SHARE`;
    if (!waiting) return false;
    const count = await db.$executeRaw`
      WITH part AS (
        DELETE FROM bulk_job_part WHERE id = (
          SELECT id FROM bulk_job_part WHERE job_id = ${id}::uuid ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING lines)
      INSERT INTO bulk_job_item (id, job_id, target_id, line, input)
      SELECT item.id, ${id}::uuid, item.id, item.line, item.input
      FROM part, jsonb_to_recordset(part.lines) AS item (id uuid, line int, input jsonb)`;
    return count > 0;
  });
}

/** Deletes the parts of a job that will not be done, or of a file that was refused. */
export async function dropParts(db: Reading, jobId: string): Promise<void> {
  await db.bulkJobPart.deleteMany({ where: { jobId } });
}

/** Deletes the parts of files that never arrived whole. */
export async function forgetOldParts(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRaw`
    DELETE FROM bulk_job_part
    WHERE created_at < now() - make_interval(hours => ${KEPT_HOURS})
      AND NOT EXISTS (SELECT FROM bulk_job WHERE bulk_job.id = bulk_job_part.job_id)`;
}
