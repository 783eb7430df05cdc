-- AlterTable
ALTER TABLE "credential" DROP COLUMN "changed_at";

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "password_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "second_factor_enrolled_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_priority_id_idx" ON "maintenance_request"("tenant_id", "priority", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_status_id_idx" ON "maintenance_request"("tenant_id", "status", "id");

-- CreateIndex
CREATE INDEX "payment_tenant_id_due_at_id_idx" ON "payment"("tenant_id", "due_at", "id");

-- CreateIndex
CREATE INDEX "payment_tenant_id_received_at_id_idx" ON "payment"("tenant_id", "received_at", "id");
