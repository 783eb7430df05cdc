-- CreateTable
CREATE TABLE "tenant_sync" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "status" "sync_target_status" NOT NULL DEFAULT 'SUCCESS',
    "error_code" "sync_error_code",
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenant_sync_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenant_sync_tenant_id_key" ON "tenant_sync"("tenant_id");

-- CreateIndex
CREATE INDEX "tenant_sync_status_since_id_idx" ON "tenant_sync"("status", "since", "id");

-- CreateIndex
CREATE INDEX "tenant_sync_since_id_idx" ON "tenant_sync"("since", "id");

-- Tenants that exist already: what waits is written by its adoption, or by the count of its run.
INSERT INTO "tenant_sync" ("id", "tenant_id", "status", "error_code", "updated_at")
SELECT gen_random_uuid(), "tenant"."id",
  (CASE WHEN "due_work"."id" IS NULL THEN 'SUCCESS' ELSE 'FAILED' END)::"sync_target_status",
  (CASE
    WHEN "due_work"."id" IS NULL THEN NULL
    WHEN "last_error" IS NULL THEN 'PROCESS_ENDED'
    WHEN "last_error" LIKE '% 55P03' THEN 'BUSY'
    WHEN "last_error" LIKE '% 23___' THEN 'CONSTRAINT'
    ELSE 'INTERNAL' END)::"sync_error_code",
  now()
FROM "tenant" LEFT JOIN "due_work"
  ON "kind" = 'configurationAdoption' AND "subject_id" = "tenant"."id" AND "parked_at" IS NOT NULL;
