-- CreateEnum
CREATE TYPE "config_conflict_status" AS ENUM ('OPEN', 'RESOLVED', 'CLOSED');

-- CreateEnum
CREATE TYPE "config_conflict_resolution" AS ENUM ('PLATFORM', 'TENANT', 'VALUE', 'AGREED', 'NOTHING_OWN', 'MODE_ABOVE', 'OTHER_RULE', 'RETIRED');

-- AlterEnum
ALTER TYPE "config_step" ADD VALUE 'RESOLVE';

-- CreateTable
CREATE TABLE "config_conflict" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "base" JSONB NOT NULL,
    "theirs" JSONB NOT NULL,
    "ours" JSONB NOT NULL,
    "scope" "config_scope" NOT NULL,
    "layer_id" UUID NOT NULL,
    "base_version" INTEGER NOT NULL,
    "layer_version" INTEGER NOT NULL,
    "theirs_at" TIMESTAMPTZ(3) NOT NULL,
    "own_version" INTEGER NOT NULL,
    "ours_at" TIMESTAMPTZ(3) NOT NULL,
    "strategy" "sync_strategy" NOT NULL,
    "status" "config_conflict_status" NOT NULL DEFAULT 'OPEN',
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "resolution" "config_conflict_resolution",
    "ended_at" TIMESTAMPTZ(3),
    "resolved_by_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "path_fold" TEXT COLLATE "C",

    CONSTRAINT "config_conflict_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "config_conflict_tenant_id_path_fold_id_idx" ON "config_conflict"("tenant_id", "path_fold", "id");

-- CreateIndex
CREATE INDEX "config_conflict_tenant_id_created_at_id_idx" ON "config_conflict"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "config_conflict_tenant_id_path_key" ON "config_conflict"("tenant_id", "path");
