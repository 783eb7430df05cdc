-- CreateEnum
CREATE TYPE "attribute_scope" AS ENUM ('PLATFORM', 'TENANT');

-- CreateEnum
CREATE TYPE "attribute_value_type" AS ENUM ('BOOLEAN', 'STRING', 'NUMBER', 'DATE_TIME');

-- CreateEnum
CREATE TYPE "file_access_effect" AS ENUM ('ALLOW', 'DENY');

-- CreateTable
CREATE TABLE "attribute" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "scope" "attribute_scope" NOT NULL,
    "name" TEXT NOT NULL,
    "value_type" "attribute_value_type" NOT NULL DEFAULT 'BOOLEAN',
    "description" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attribute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "file_access_policy" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "file_pattern" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "attribute_names" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "condition_cost" INTEGER NOT NULL,
    "effect" "file_access_effect" NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "file_access_policy_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "attribute_tenant_id_name_key" ON "attribute"("tenant_id", "name");

-- CreateIndex
CREATE INDEX "file_access_policy_tenant_id_created_at_id_idx" ON "file_access_policy"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "file_access_policy_tenant_id_name_id_idx" ON "file_access_policy"("tenant_id", "name", "id");

-- CreateIndex
CREATE INDEX "file_access_policy_attribute_names_idx" ON "file_access_policy" USING GIN ("attribute_names");

-- AddForeignKey
ALTER TABLE "attribute" ADD CONSTRAINT "attribute_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file_access_policy" ADD CONSTRAINT "file_access_policy_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
