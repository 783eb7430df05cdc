-- CreateEnum
CREATE TYPE "bulk_job_item_outcome" AS ENUM ('CREATED', 'UPDATED', 'UNCHANGED');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "bulk_job_kind" ADD VALUE 'CUSTOMERS_IMPORT';
ALTER TYPE "bulk_job_kind" ADD VALUE 'CUSTOMERS_IMPORT_DRY_RUN';

-- AlterTable
ALTER TABLE "bulk_job_item" ADD COLUMN     "errors" JSONB,
ADD COLUMN     "input" JSONB,
ADD COLUMN     "line" INTEGER,
ADD COLUMN     "outcome" "bulk_job_item_outcome";

-- CreateTable
CREATE TABLE "bulk_job_part" (
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "lines" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bulk_job_part_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "bulk_job_part_job_id_id_idx" ON "bulk_job_part"("job_id", "id");
