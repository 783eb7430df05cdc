-- CreateEnum
CREATE TYPE "bulk_job_kind" AS ENUM ('USERS_DELETE', 'USERS_ATTRIBUTES_UPDATE', 'FILE_ACCESS_POLICIES_DELETE');

-- CreateEnum
CREATE TYPE "bulk_job_status" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "bulk_job_item_status" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED', 'SKIPPED');

-- CreateTable
CREATE TABLE "bulk_job" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" "bulk_job_kind" NOT NULL,
    "status" "bulk_job_status" NOT NULL DEFAULT 'QUEUED',
    "total" INTEGER NOT NULL,
    "succeeded_count" INTEGER NOT NULL DEFAULT 0,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "requested_by_id" UUID NOT NULL,
    "added_attributes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "removed_attributes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "request_id" TEXT,
    "ip" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bulk_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_job_item" (
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "status" "bulk_job_item_status" NOT NULL DEFAULT 'PENDING',
    "error_code" TEXT,
    "message" TEXT,
    "faults" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "bulk_job_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "bulk_job_tenant_id_created_at_id_idx" ON "bulk_job"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "bulk_job_status_created_at_idx" ON "bulk_job"("status", "created_at");

-- CreateIndex
CREATE INDEX "bulk_job_item_job_id_status_id_idx" ON "bulk_job_item"("job_id", "status", "id");

-- AddForeignKey
ALTER TABLE "bulk_job_item" ADD CONSTRAINT "bulk_job_item_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "bulk_job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
