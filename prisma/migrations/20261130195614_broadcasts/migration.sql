-- CreateEnum
CREATE TYPE "broadcast_audience" AS ENUM ('PLATFORM', 'ORGANIZATION', 'TENANT', 'CUSTOMER', 'ROLE', 'USER');

-- CreateEnum
CREATE TYPE "broadcast_level" AS ENUM ('PLATFORM', 'ORGANIZATION', 'TENANT');

-- CreateEnum
CREATE TYPE "broadcast_severity" AS ENUM ('INFO', 'WARNING', 'CRITICAL');

-- CreateEnum
CREATE TYPE "broadcast_status" AS ENUM ('RUNNING', 'EXPIRED', 'WITHDRAWN');

-- CreateTable
CREATE TABLE "broadcast" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "organization_id" UUID,
    "audience" "broadcast_audience" NOT NULL,
    "audience_role" "role",
    "customer_id" UUID,
    "user_id" UUID,
    "sender_id" UUID NOT NULL,
    "sender_level" "broadcast_level" NOT NULL,
    "severity" "broadcast_severity" NOT NULL,
    "message" TEXT NOT NULL,
    "needs_acknowledgement" BOOLEAN NOT NULL DEFAULT false,
    "status" "broadcast_status" NOT NULL DEFAULT 'RUNNING',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "message_fold" TEXT COLLATE "C",

    CONSTRAINT "broadcast_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broadcast_acknowledgement" (
    "id" UUID NOT NULL,
    "broadcast_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "tenant_id" UUID,
    "organization_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "broadcast_acknowledgement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "broadcast_tenant_id_created_at_id_idx" ON "broadcast"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "broadcast_organization_id_created_at_id_idx" ON "broadcast"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "broadcast_sender_id_created_at_idx" ON "broadcast"("sender_id", "created_at");

-- CreateIndex
CREATE INDEX "broadcast_customer_id_idx" ON "broadcast"("customer_id");

-- CreateIndex
CREATE INDEX "broadcast_user_id_idx" ON "broadcast"("user_id");

-- CreateIndex
CREATE INDEX "broadcast_created_at_id_idx" ON "broadcast"("created_at", "id");

-- CreateIndex
CREATE INDEX "broadcast_acknowledgement_user_id_created_at_id_idx" ON "broadcast_acknowledgement"("user_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "broadcast_acknowledgement_broadcast_id_user_id_key" ON "broadcast_acknowledgement"("broadcast_id", "user_id");

-- AddForeignKey
ALTER TABLE "broadcast_acknowledgement" ADD CONSTRAINT "broadcast_acknowledgement_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
