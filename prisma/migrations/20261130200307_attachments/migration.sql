-- CreateEnum
CREATE TYPE "attachment_status" AS ENUM ('UPLOADING', 'PENDING', 'CLEAN', 'INFECTED');

-- CreateEnum
CREATE TYPE "stored_file_status" AS ENUM ('WRITING', 'SCANNING', 'KEPT', 'REMOVING');

-- CreateTable
CREATE TABLE "attachment" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "subject_type" "message_subject" NOT NULL,
    "conversation_id" UUID NOT NULL,
    "maintenance_request_id" UUID,
    "incident_id" UUID,
    "customer_id" UUID,
    "resident_id" UUID,
    "message_id" UUID,
    "is_internal" BOOLEAN NOT NULL,
    "uploader_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "media_type" TEXT,
    "sha256" TEXT,
    "status" "attachment_status" NOT NULL DEFAULT 'UPLOADING',
    "uploaded_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",
    "media_type_fold" TEXT COLLATE "C",
    "sha256_fold" TEXT COLLATE "C",

    CONSTRAINT "attachment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "attachment_id" UUID NOT NULL,
    "status" "stored_file_status" NOT NULL DEFAULT 'WRITING',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "try_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachment_usage" (
    "id" UUID NOT NULL,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "attachment_usage_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "attachment_tenant_id_created_at_id_idx" ON "attachment"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "attachment_conversation_id_created_at_id_idx" ON "attachment"("conversation_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "attachment_message_id_idx" ON "attachment"("message_id");

-- CreateIndex
CREATE INDEX "attachment_uploader_id_status_idx" ON "attachment"("uploader_id", "status");

-- CreateIndex
CREATE INDEX "attachment_customer_id_idx" ON "attachment"("customer_id");

-- CreateIndex
CREATE INDEX "attachment_resident_id_idx" ON "attachment"("resident_id");

-- CreateIndex
CREATE INDEX "stored_file_try_at_idx" ON "stored_file"("try_at");

-- CreateIndex
CREATE INDEX "stored_file_attachment_id_idx" ON "stored_file"("attachment_id");

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One upload of an attachment at a time, and one file of it in the end.
CREATE UNIQUE INDEX "stored_file_of_attachment" ON "stored_file"("attachment_id") WHERE "status" <> 'REMOVING';
