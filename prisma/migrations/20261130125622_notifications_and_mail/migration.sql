-- CreateEnum
CREATE TYPE "mail_status" AS ENUM ('WAITING', 'SENT', 'KEPT', 'REFUSED', 'DROPPED');

-- CreateEnum
CREATE TYPE "notification_severity" AS ENUM ('INFO', 'WARNING', 'CRITICAL');

-- CreateTable
CREATE TABLE "mail_message" (
    "id" UUID NOT NULL,
    "message_key" TEXT NOT NULL,
    "user_id" UUID,
    "address" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "sealed_secrets" BYTEA,
    "subject" TEXT,
    "body" TEXT,
    "unique_key" TEXT,
    "status" "mail_status" NOT NULL DEFAULT 'WAITING',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "try_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "tenant_id" UUID,
    "organization_id" UUID,
    "message_key" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "severity" "notification_severity" NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "is_read" BOOLEAN NOT NULL DEFAULT false,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "subject_tenant_id" UUID,
    "subject_organization_id" UUID,
    "subject_customer_id" UUID,
    "subject_resident_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "message_key_fold" TEXT COLLATE "C",
    "entity_type_fold" TEXT COLLATE "C",

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_cause" (
    "id" UUID NOT NULL,
    "message_key" TEXT,
    "entity_type" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "feed" UUID NOT NULL,
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "after_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "message_key_fold" TEXT COLLATE "C",
    "entity_type_fold" TEXT COLLATE "C",

    CONSTRAINT "notification_cause_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mail_message_unique_key_key" ON "mail_message"("unique_key");

-- CreateIndex
CREATE INDEX "mail_message_try_at_idx" ON "mail_message"("try_at");

-- CreateIndex
CREATE INDEX "mail_message_created_at_idx" ON "mail_message"("created_at");

-- CreateIndex
CREATE INDEX "mail_message_user_id_idx" ON "mail_message"("user_id");

-- CreateIndex
CREATE INDEX "notification_user_id_message_key_fold_entity_id_id_idx" ON "notification"("user_id", "message_key_fold", "entity_id", "id");

-- CreateIndex
CREATE INDEX "notification_user_id_last_at_id_idx" ON "notification"("user_id", "last_at", "id");

-- CreateIndex
CREATE INDEX "notification_user_id_is_read_idx" ON "notification"("user_id", "is_read");

-- CreateIndex
CREATE INDEX "notification_entity_id_id_idx" ON "notification"("entity_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_user_id_message_key_entity_id_key" ON "notification"("user_id", "message_key", "entity_id");

-- CreateIndex
CREATE INDEX "notification_cause_entity_id_idx" ON "notification_cause"("entity_id");
