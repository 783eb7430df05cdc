-- CreateEnum
CREATE TYPE "incident_status" AS ENUM ('INVESTIGATING', 'IDENTIFIED', 'MONITORING', 'RESOLVED', 'POSTMORTEM');

-- CreateEnum
CREATE TYPE "incident_impact" AS ENUM ('NONE', 'MINOR', 'MAJOR', 'CRITICAL');

-- CreateEnum
CREATE TYPE "update_visibility" AS ENUM ('PUBLIC', 'TENANT', 'STAFF');

-- CreateEnum
CREATE TYPE "maintenance_window_status" AS ENUM ('SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "service_status" AS ENUM ('OPERATIONAL', 'UNDER_MAINTENANCE', 'DEGRADED_PERFORMANCE', 'PARTIAL_OUTAGE', 'MAJOR_OUTAGE');

-- CreateEnum
CREATE TYPE "status_source" AS ENUM ('NONE', 'OVERRIDE', 'INCIDENT', 'MAINTENANCE');

-- CreateTable
CREATE TABLE "incident" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "team_id" UUID,
    "lead_id" UUID,
    "title" TEXT NOT NULL,
    "impact" "incident_impact" NOT NULL,
    "status" "incident_status" NOT NULL DEFAULT 'INVESTIGATING',
    "key" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "is_backdated" BOOLEAN NOT NULL DEFAULT false,
    "resolved_at" TIMESTAMPTZ(3),
    "internal_updates" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "title_fold" TEXT COLLATE "C",
    "key_fold" TEXT COLLATE "C",

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident_service" (
    "incident_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "status" "service_status" NOT NULL,

    CONSTRAINT "incident_service_pkey" PRIMARY KEY ("incident_id","service_id")
);

-- CreateTable
CREATE TABLE "incident_update" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "incident_id" UUID NOT NULL,
    "status" "incident_status" NOT NULL,
    "message" TEXT NOT NULL,
    "visibility" "update_visibility" NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "is_backdated" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "message_fold" TEXT COLLATE "C",

    CONSTRAINT "incident_update_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "maintenance_window" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "team_id" UUID,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" "maintenance_window_status" NOT NULL DEFAULT 'SCHEDULED',
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "title_fold" TEXT COLLATE "C",
    "description_fold" TEXT COLLATE "C",

    CONSTRAINT "maintenance_window_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "maintenance_window_service" (
    "window_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,

    CONSTRAINT "maintenance_window_service_pkey" PRIMARY KEY ("window_id","service_id")
);

-- CreateTable
CREATE TABLE "service" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "team_id" UUID,
    "name" TEXT NOT NULL,
    "group" TEXT,
    "description" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "status" "service_status" NOT NULL DEFAULT 'OPERATIONAL',
    "status_source" "status_source" NOT NULL DEFAULT 'NONE',
    "derived_status" "service_status" NOT NULL DEFAULT 'OPERATIONAL',
    "override_status" "service_status",
    "override_reason" TEXT,
    "override_until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",
    "group_fold" TEXT COLLATE "C",
    "description_fold" TEXT COLLATE "C",
    "override_reason_fold" TEXT COLLATE "C",

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_effect" (
    "id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "source" "status_source" NOT NULL,
    "source_id" UUID NOT NULL,
    "status" "service_status" NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),

    CONSTRAINT "service_effect_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "system_status" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "group" TEXT,
    "status" "service_status" NOT NULL DEFAULT 'OPERATIONAL',
    "operational" INTEGER NOT NULL DEFAULT 0,
    "under_maintenance" INTEGER NOT NULL DEFAULT 0,
    "degraded" INTEGER NOT NULL DEFAULT 0,
    "partial_outage" INTEGER NOT NULL DEFAULT 0,
    "major_outage" INTEGER NOT NULL DEFAULT 0,
    "open_incidents" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "group_fold" TEXT COLLATE "C",

    CONSTRAINT "system_status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",
    "description_fold" TEXT COLLATE "C",

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_member" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_id" UUID,
    "team_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "incident_tenant_id_created_at_id_idx" ON "incident"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "incident_organization_id_created_at_id_idx" ON "incident"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "incident_tenant_id_started_at_id_idx" ON "incident"("tenant_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "incident_organization_id_started_at_id_idx" ON "incident"("organization_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "incident_team_id_idx" ON "incident"("team_id");

-- CreateIndex
CREATE INDEX "incident_service_service_id_idx" ON "incident_service"("service_id");

-- CreateIndex
CREATE INDEX "incident_update_incident_id_occurred_at_id_idx" ON "incident_update"("incident_id", "occurred_at", "id");

-- CreateIndex
CREATE INDEX "incident_update_tenant_id_created_at_id_idx" ON "incident_update"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "incident_update_organization_id_created_at_id_idx" ON "incident_update"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_window_tenant_id_created_at_id_idx" ON "maintenance_window"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_window_organization_id_created_at_id_idx" ON "maintenance_window"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_window_tenant_id_starts_at_id_idx" ON "maintenance_window"("tenant_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_window_organization_id_starts_at_id_idx" ON "maintenance_window"("organization_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "maintenance_window_team_id_idx" ON "maintenance_window"("team_id");

-- CreateIndex
CREATE INDEX "maintenance_window_service_service_id_idx" ON "maintenance_window_service"("service_id");

-- CreateIndex
CREATE INDEX "service_tenant_id_created_at_id_idx" ON "service"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "service_organization_id_created_at_id_idx" ON "service"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "service_team_id_idx" ON "service"("team_id");

-- CreateIndex
CREATE INDEX "service_effect_service_id_from_at_idx" ON "service_effect"("service_id", "from_at");

-- CreateIndex
CREATE INDEX "service_effect_source_id_idx" ON "service_effect"("source_id");

-- CreateIndex
CREATE INDEX "system_status_organization_id_tenant_id_group_fold_id_idx" ON "system_status"("organization_id", "tenant_id", "group_fold", "id");

-- CreateIndex
CREATE INDEX "system_status_tenant_id_created_at_id_idx" ON "system_status"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "system_status_organization_id_tenant_id_group_key" ON "system_status"("organization_id", "tenant_id", "group") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "team_tenant_id_created_at_id_idx" ON "team"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "team_organization_id_created_at_id_idx" ON "team"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "team_member_user_id_idx" ON "team_member"("user_id");

-- CreateIndex
CREATE INDEX "team_member_tenant_id_created_at_id_idx" ON "team_member"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "team_member_organization_id_created_at_id_idx" ON "team_member"("organization_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "team_member_team_id_user_id_key" ON "team_member"("team_id", "user_id");

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_service" ADD CONSTRAINT "incident_service_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_service" ADD CONSTRAINT "incident_service_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_update" ADD CONSTRAINT "incident_update_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
-- The open incidents of an owner are counted, however many are over.
CREATE INDEX "incident_open" ON "incident"("organization_id", "tenant_id") WHERE "status" NOT IN ('RESOLVED', 'POSTMORTEM');

ALTER TABLE "maintenance_window" ADD CONSTRAINT "maintenance_window_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_window" ADD CONSTRAINT "maintenance_window_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_window" ADD CONSTRAINT "maintenance_window_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_window_service" ADD CONSTRAINT "maintenance_window_service_window_id_fkey" FOREIGN KEY ("window_id") REFERENCES "maintenance_window"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_window_service" ADD CONSTRAINT "maintenance_window_service_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_effect" ADD CONSTRAINT "service_effect_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- What a monitoring system reports again belongs to the incident that is open, if there is one. Each owner has its own keys.
CREATE UNIQUE INDEX "incident_open_key" ON "incident"("organization_id", "tenant_id", "key") NULLS NOT DISTINCT
  WHERE "key" IS NOT NULL AND "status" NOT IN ('RESOLVED', 'POSTMORTEM');

ALTER TABLE "maintenance_window" ADD CONSTRAINT "maintenance_window_ends_after_start" CHECK ("ends_at" > "starts_at");
ALTER TABLE "service_effect" ADD CONSTRAINT "service_effect_ends_after_start" CHECK ("to_at" IS NULL OR "to_at" >= "from_at");
