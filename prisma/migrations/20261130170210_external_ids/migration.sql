-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "external_id" TEXT,
ADD COLUMN     "external_id_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "property" ADD COLUMN     "external_id" TEXT,
ADD COLUMN     "external_id_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "unit" ADD COLUMN     "external_id" TEXT,
ADD COLUMN     "external_id_fold" TEXT COLLATE "C";

-- CreateIndex
CREATE INDEX "customer_tenant_id_external_id_fold_id_idx" ON "customer"("tenant_id", "external_id_fold", "id");

-- CreateIndex
CREATE UNIQUE INDEX "customer_tenant_id_external_id_key" ON "customer"("tenant_id", "external_id");

-- CreateIndex
CREATE INDEX "property_tenant_id_external_id_fold_id_idx" ON "property"("tenant_id", "external_id_fold", "id");

-- CreateIndex
CREATE UNIQUE INDEX "property_tenant_id_external_id_key" ON "property"("tenant_id", "external_id");

-- CreateIndex
CREATE INDEX "unit_tenant_id_external_id_fold_id_idx" ON "unit"("tenant_id", "external_id_fold", "id");

-- CreateIndex
CREATE UNIQUE INDEX "unit_tenant_id_external_id_key" ON "unit"("tenant_id", "external_id");
