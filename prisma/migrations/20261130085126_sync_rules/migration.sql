-- CreateEnum
CREATE TYPE "sync_direction" AS ENUM ('DOWN', 'UP', 'BOTH');

-- CreateEnum
CREATE TYPE "sync_strategy" AS ENUM ('PLATFORM_WINS', 'TENANT_WINS', 'USER_WINS', 'MERGE');

-- AlterTable
ALTER TABLE "config_version" ADD COLUMN     "causes" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "sync_rule" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "triggers" TEXT[],
    "target_scopes" "config_scope"[],
    "direction" "sync_direction" NOT NULL,
    "strategy" "sync_strategy" NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "priority" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",

    CONSTRAINT "sync_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "config_deviation" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "setting_version" INTEGER NOT NULL,
    "rule_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "path_fold" TEXT COLLATE "C",

    CONSTRAINT "config_deviation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "sync_rule_name_key" ON "sync_rule"("name");

-- CreateIndex
CREATE INDEX "config_deviation_tenant_id_path_fold_id_idx" ON "config_deviation"("tenant_id", "path_fold", "id");

-- CreateIndex
CREATE INDEX "config_deviation_path_fold_id_idx" ON "config_deviation"("path_fold", "id");

-- CreateIndex
CREATE UNIQUE INDEX "config_deviation_tenant_id_path_key" ON "config_deviation"("tenant_id", "path");

ALTER TABLE "sync_rule" ADD CONSTRAINT "sync_rule_triggers" CHECK (cardinality("triggers") BETWEEN 1 AND 20);
ALTER TABLE "sync_rule" ADD CONSTRAINT "sync_rule_target_scopes" CHECK (
  "target_scopes" <@ ARRAY['TENANT', 'USER']::"config_scope"[] AND 'TENANT' = ANY ("target_scopes"));
ALTER TABLE "sync_rule" ADD CONSTRAINT "sync_rule_up" CHECK ("direction" <> 'UP' OR "strategy" IN ('TENANT_WINS', 'USER_WINS'));
