-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('PENDING', 'RECEIVED', 'FAILED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "payment_method" AS ENUM ('BANK_TRANSFER', 'CARD', 'CASH', 'DIRECT_DEBIT', 'OTHER');

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "property_id" UUID NOT NULL,
    "unit_id" UUID NOT NULL,
    "resident_id" UUID,
    "amount_minor" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "status" "payment_status" NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "refunded_at" TIMESTAMPTZ(3),
    "method" "payment_method",
    "reference" TEXT,
    "failure_reason" TEXT,
    "refund_reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "property" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "property_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "property_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "resident_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "unit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "payment_tenant_id_created_at_id_idx" ON "payment"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "payment_tenant_id_updated_at_id_idx" ON "payment"("tenant_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "payment_tenant_id_status_id_idx" ON "payment"("tenant_id", "status", "id");

-- CreateIndex
CREATE INDEX "payment_customer_id_created_at_id_idx" ON "payment"("customer_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "payment_unit_id_created_at_id_idx" ON "payment"("unit_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "payment_resident_id_created_at_id_idx" ON "payment"("resident_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "property_tenant_id_name_id_idx" ON "property"("tenant_id", "name", "id");

-- CreateIndex
CREATE INDEX "property_tenant_id_created_at_id_idx" ON "property"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "property_tenant_id_updated_at_id_idx" ON "property"("tenant_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "property_customer_id_name_id_idx" ON "property"("customer_id", "name", "id");

-- CreateIndex
CREATE INDEX "unit_tenant_id_label_id_idx" ON "unit"("tenant_id", "label", "id");

-- CreateIndex
CREATE INDEX "unit_tenant_id_created_at_id_idx" ON "unit"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "unit_tenant_id_updated_at_id_idx" ON "unit"("tenant_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "unit_customer_id_label_id_idx" ON "unit"("customer_id", "label", "id");

-- CreateIndex
CREATE INDEX "unit_resident_id_idx" ON "unit"("resident_id");

-- CreateIndex
CREATE UNIQUE INDEX "unit_property_id_label_key" ON "unit"("property_id", "label");

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "property" ADD CONSTRAINT "property_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit" ADD CONSTRAINT "unit_property_id_fkey" FOREIGN KEY ("property_id") REFERENCES "property"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit" ADD CONSTRAINT "unit_resident_id_fkey" FOREIGN KEY ("resident_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
