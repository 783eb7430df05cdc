-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "recorded_count" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "sync_target" ADD COLUMN     "recorded_in" INTEGER;

-- CreateIndex
CREATE INDEX "sync_target_run_id_recorded_in_id_idx" ON "sync_target"("run_id", "recorded_in", "id");

-- The outcomes of before are listed, and no change of a run leads to them.
UPDATE "sync_target" SET "recorded_in" = 0 WHERE "status" <> 'PENDING';
UPDATE "sync_run" SET "recorded_count" = "succeeded_count" + "partial_count" + "failed_count";
