-- DropIndex
DROP INDEX "sync_target_tenant_id_ended_at_idx";

-- DropIndex
DROP INDEX "sync_target_ended_at_idx";

-- CreateIndex
CREATE INDEX "sync_target_tenant_id_ended_at_id_idx" ON "sync_target"("tenant_id", "ended_at", "id");

-- CreateIndex
CREATE INDEX "sync_target_ended_at_id_idx" ON "sync_target"("ended_at", "id");

-- The summary of errors reads the latest failures.
CREATE INDEX "sync_target_failed" ON "sync_target"("ended_at") WHERE "status" = 'FAILED';
