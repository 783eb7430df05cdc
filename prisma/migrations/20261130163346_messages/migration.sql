-- CreateEnum
CREATE TYPE "message_subject" AS ENUM ('MAINTENANCE_REQUEST', 'INCIDENT', 'CUSTOMER');

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "subject_type" "message_subject" NOT NULL,
    "conversation_id" UUID NOT NULL,
    "maintenance_request_id" UUID,
    "incident_id" UUID,
    "customer_id" UUID,
    "resident_id" UUID,
    "author_id" UUID NOT NULL,
    "is_from_staff" BOOLEAN NOT NULL,
    "is_internal" BOOLEAN NOT NULL,
    "body" TEXT NOT NULL,
    "mention_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "body_fold" TEXT COLLATE "C",

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "read_mark" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "tenant_id" UUID,
    "organization_id" UUID,
    "subject_type" "message_subject" NOT NULL,
    "conversation_id" UUID NOT NULL,
    "maintenance_request_id" UUID,
    "incident_id" UUID,
    "customer_id" UUID,
    "read_until" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "read_mark_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "message_tenant_id_created_at_id_idx" ON "message"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "message_conversation_id_created_at_id_idx" ON "message"("conversation_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "message_author_id_created_at_idx" ON "message"("author_id", "created_at");

-- CreateIndex
CREATE INDEX "message_customer_id_idx" ON "message"("customer_id");

-- CreateIndex
CREATE INDEX "message_resident_id_idx" ON "message"("resident_id");

-- CreateIndex
CREATE INDEX "read_mark_user_id_read_until_id_idx" ON "read_mark"("user_id", "read_until", "id");

-- CreateIndex
CREATE INDEX "read_mark_conversation_id_id_idx" ON "read_mark"("conversation_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "read_mark_user_id_conversation_id_key" ON "read_mark"("user_id", "conversation_id");

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
