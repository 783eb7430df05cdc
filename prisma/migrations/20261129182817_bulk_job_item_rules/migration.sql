-- AlterTable
ALTER TABLE "bulk_job_item" ADD COLUMN     "params" JSONB,
ADD COLUMN     "rule" TEXT;
