-- CreateEnum
CREATE TYPE "maintenance_priority" AS ENUM ('LOW', 'NORMAL', 'HIGH', 'URGENT');

-- CreateEnum
CREATE TYPE "maintenance_status" AS ENUM ('OPEN', 'ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'CLOSED');

-- CreateTable
CREATE TABLE "maintenance_request" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "property_id" UUID NOT NULL,
    "unit_id" UUID NOT NULL,
    "resident_id" UUID,
    "reporter_id" UUID NOT NULL,
    "assignee_id" UUID,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "priority" "maintenance_priority" NOT NULL,
    "status" "maintenance_status" NOT NULL DEFAULT 'OPEN',
    "resolution" TEXT,
    "reopen_reason" TEXT,
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "maintenance_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_created_at_id_idx" ON "maintenance_request"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_updated_at_id_idx" ON "maintenance_request"("tenant_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenant_id_title_id_idx" ON "maintenance_request"("tenant_id", "title", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_customer_id_created_at_id_idx" ON "maintenance_request"("customer_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_resident_id_created_at_id_idx" ON "maintenance_request"("resident_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_unit_id_idx" ON "maintenance_request"("unit_id");

-- CreateIndex
CREATE INDEX "maintenance_request_assignee_id_idx" ON "maintenance_request"("assignee_id");

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
