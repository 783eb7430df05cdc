-- CreateEnum
CREATE TYPE "sync_run_status" AS ENUM ('RUNNING', 'COMPLETED');

-- CreateEnum
CREATE TYPE "sync_target_status" AS ENUM ('PENDING', 'SUCCESS', 'PARTIAL', 'FAILED');

-- CreateEnum
CREATE TYPE "sync_error_code" AS ENUM ('BUSY', 'CONSTRAINT', 'PROCESS_ENDED', 'INTERNAL');

-- CreateTable
CREATE TABLE "sync_run" (
    "id" UUID NOT NULL,
    "scope" "config_scope" NOT NULL,
    "business_type_id" UUID,
    "layer_id" UUID NOT NULL,
    "layer_version" INTEGER NOT NULL,
    "step" "config_step" NOT NULL,
    "retry_of_id" UUID,
    "paths" TEXT[],
    "status" "sync_run_status" NOT NULL DEFAULT 'RUNNING',
    "total" INTEGER NOT NULL,
    "succeeded_count" INTEGER NOT NULL DEFAULT 0,
    "partial_count" INTEGER NOT NULL DEFAULT 0,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_target" (
    "id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "layer_id" UUID NOT NULL,
    "layer_version" INTEGER NOT NULL,
    "status" "sync_target_status" NOT NULL DEFAULT 'PENDING',
    "is_superseded" BOOLEAN NOT NULL DEFAULT false,
    "adopted_version" INTEGER,
    "open_conflicts" INTEGER NOT NULL DEFAULT 0,
    "duration_ms" INTEGER,
    "error_code" "sync_error_code",
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_target_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sync_run_created_at_id_idx" ON "sync_run"("created_at", "id");

-- CreateIndex
CREATE INDEX "sync_target_tenant_id_ended_at_idx" ON "sync_target"("tenant_id", "ended_at");

-- CreateIndex
CREATE INDEX "sync_target_run_id_status_id_idx" ON "sync_target"("run_id", "status", "id");

-- CreateIndex
CREATE INDEX "sync_target_ended_at_idx" ON "sync_target"("ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "sync_target_run_id_tenant_id_key" ON "sync_target"("run_id", "tenant_id");

-- AddForeignKey
ALTER TABLE "sync_target" ADD CONSTRAINT "sync_target_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "sync_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- An adoption finds the open targets of its tenant, and the end of a run those that are still open.
CREATE INDEX "sync_target_pending" ON "sync_target"("tenant_id") WHERE "status" = 'PENDING';


ALTER TABLE "sync_run" ADD CONSTRAINT "sync_run_end" CHECK (("status" = 'COMPLETED') = ("ended_at" IS NOT NULL));
