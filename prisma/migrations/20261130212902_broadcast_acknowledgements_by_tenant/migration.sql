-- CreateIndex
CREATE INDEX "broadcast_acknowledgement_tenant_id_idx" ON "broadcast_acknowledgement"("tenant_id");
