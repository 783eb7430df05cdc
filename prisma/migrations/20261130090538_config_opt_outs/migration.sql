-- CreateEnum
CREATE TYPE "configuration_type" AS ENUM ('MODULES', 'AUTH', 'PERMISSIONS', 'BUSINESS', 'NOTIFICATIONS', 'BRANDING');

-- CreateEnum
CREATE TYPE "config_opt_out_status" AS ENUM ('ACTIVE', 'CAUGHT_UP', 'EXPIRED', 'BUSINESS_TYPE_CHANGED');

-- AlterEnum
ALTER TYPE "config_step" ADD VALUE 'OPT_OUT';
ALTER TYPE "config_step" ADD VALUE 'CATCH_UP';

-- CreateTable
CREATE TABLE "config_opt_out" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "type" "configuration_type",
    "paths" TEXT[],
    "reason" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "status" "config_opt_out_status" NOT NULL DEFAULT 'ACTIVE',
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "reason_fold" TEXT COLLATE "C",

    CONSTRAINT "config_opt_out_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "config_opt_out_tenant_id_created_at_id_idx" ON "config_opt_out"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "config_opt_out_tenant_id_status_idx" ON "config_opt_out"("tenant_id", "status");

-- AddForeignKey
ALTER TABLE "config_opt_out" ADD CONSTRAINT "config_opt_out_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE "config_opt_out" ADD CONSTRAINT "config_opt_out_end" CHECK (("status" = 'ACTIVE') = ("ended_at" IS NULL));
