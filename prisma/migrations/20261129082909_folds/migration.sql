-- DropIndex
DROP INDEX "customer_tenant_id_company_id_idx";

-- DropIndex
DROP INDEX "file_access_policy_tenant_id_name_id_idx";

-- DropIndex
DROP INDEX "maintenance_request_tenant_id_title_id_idx";

-- DropIndex
DROP INDEX "property_tenant_id_name_id_idx";

-- DropIndex
DROP INDEX "property_customer_id_name_id_idx";

-- DropIndex
DROP INDEX "unit_tenant_id_label_id_idx";

-- DropIndex
DROP INDEX "unit_customer_id_label_id_idx";

-- DropIndex
DROP INDEX "user_tenant_id_name_id_idx";

-- AlterTable
ALTER TABLE "attribute" ADD COLUMN     "description_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "bulk_job" ADD COLUMN     "ip_fold" TEXT COLLATE "C",
ADD COLUMN     "request_id_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "company_fold" TEXT COLLATE "C",
ADD COLUMN     "email_fold" TEXT COLLATE "C",
ADD COLUMN     "internal_notes_fold" TEXT COLLATE "C",
ADD COLUMN     "owner_fold" TEXT COLLATE "C",
ADD COLUMN     "phone_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "file_access_policy" ADD COLUMN     "condition_fold" TEXT COLLATE "C",
ADD COLUMN     "file_pattern_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "maintenance_request" ADD COLUMN     "description_fold" TEXT COLLATE "C",
ADD COLUMN     "reopen_reason_fold" TEXT COLLATE "C",
ADD COLUMN     "resolution_fold" TEXT COLLATE "C",
ADD COLUMN     "title_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "currency_fold" TEXT COLLATE "C",
ADD COLUMN     "failure_reason_fold" TEXT COLLATE "C",
ADD COLUMN     "reference_fold" TEXT COLLATE "C",
ADD COLUMN     "refund_reason_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "plan" ADD COLUMN     "currency_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "property" ADD COLUMN     "address_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "unit" ADD COLUMN     "label_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "name_fold" TEXT COLLATE "C",
ADD COLUMN     "slug_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "business_type_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C",
ADD COLUMN     "slug_fold" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "company_fold" TEXT COLLATE "C",
ADD COLUMN     "department_fold" TEXT COLLATE "C",
ADD COLUMN     "email_fold" TEXT COLLATE "C",
ADD COLUMN     "name_fold" TEXT COLLATE "C";

-- CreateIndex
CREATE INDEX "attribute_tenant_id_name_fold_id_idx" ON "attribute"("tenant_id", "name_fold", "id");

-- CreateIndex
CREATE INDEX "customer_tenant_id_company_fold_id_idx" ON "customer"("tenant_id", "company_fold", "id");

-- CreateIndex
CREATE INDEX "file_access_policy_tenant_id_name_fold_id_idx" ON "file_access_policy"("tenant_id", "name_fold", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_title_fold_id_idx" ON "maintenance_request"("tenant_id", "title_fold", "id");

-- CreateIndex
CREATE INDEX "plan_tenant_id_name_fold_id_idx" ON "plan"("tenant_id", "name_fold", "id");

-- CreateIndex
CREATE INDEX "property_tenant_id_name_fold_id_idx" ON "property"("tenant_id", "name_fold", "id");

-- CreateIndex
CREATE INDEX "property_customer_id_name_fold_id_idx" ON "property"("customer_id", "name_fold", "id");

-- CreateIndex
CREATE INDEX "unit_property_id_label_fold_id_idx" ON "unit"("property_id", "label_fold", "id");

-- CreateIndex
CREATE INDEX "unit_tenant_id_label_fold_id_idx" ON "unit"("tenant_id", "label_fold", "id");

-- CreateIndex
CREATE INDEX "unit_customer_id_label_fold_id_idx" ON "unit"("customer_id", "label_fold", "id");

-- CreateIndex
CREATE INDEX "user_tenant_id_name_fold_id_idx" ON "user"("tenant_id", "name_fold", "id");
