-- CreateEnum
CREATE TYPE "sync_alert_kind" AS ENUM ('TENANTS_FAILED', 'TENANTS_LATE');

-- CreateEnum
CREATE TYPE "sync_alert_status" AS ENUM ('OPEN', 'ACKNOWLEDGED', 'RESOLVED');

-- CreateTable
CREATE TABLE "sync_alert" (
    "id" UUID NOT NULL,
    "kind" "sync_alert_kind" NOT NULL,
    "layer_id" UUID NOT NULL,
    "scope" "config_scope" NOT NULL,
    "business_type_id" UUID,
    "run_id" UUID NOT NULL,
    "status" "sync_alert_status" NOT NULL DEFAULT 'OPEN',
    "tenant_count" INTEGER NOT NULL,
    "gone_count" INTEGER NOT NULL DEFAULT 0,
    "acknowledged_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sync_alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sync_alert_created_at_id_idx" ON "sync_alert"("created_at", "id");

-- One alert of a kind is open for each layer.
CREATE UNIQUE INDEX "sync_alert_open" ON "sync_alert"("kind", "layer_id") WHERE "status" <> 'RESOLVED';

ALTER TABLE "sync_alert" ADD CONSTRAINT "sync_alert_end" CHECK (("status" = 'RESOLVED') = ("resolved_at" IS NOT NULL));
