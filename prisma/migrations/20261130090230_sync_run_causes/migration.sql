-- CreateEnum
CREATE TYPE "sync_run_cause" AS ENUM ('VERSION', 'RETRY', 'TRIGGER');

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "cause" "sync_run_cause" NOT NULL DEFAULT 'VERSION';

-- CreateIndex
CREATE INDEX "sync_run_layer_id_status_idx" ON "sync_run"("layer_id", "status");

UPDATE "sync_run" SET "cause" = 'RETRY' WHERE "retry_of_id" IS NOT NULL;
