-- CreateEnum
CREATE TYPE "webhook_status" AS ENUM ('ACTIVE', 'PAUSED', 'DISABLED');

-- CreateEnum
CREATE TYPE "webhook_reason" AS ENUM ('ASKED', 'DOCUMENT_INVALID', 'NOT_PERMITTED', 'LOOP', 'GONE', 'FAILING');

-- CreateEnum
CREATE TYPE "webhook_delivery_kind" AS ENUM ('EVENT', 'RESET', 'TEST');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('PENDING', 'DELIVERED', 'EXHAUSTED', 'WITHHELD');

-- CreateEnum
CREATE TYPE "webhook_outcome" AS ENUM ('DELIVERED', 'REFUSED', 'REDIRECTED', 'TIMED_OUT', 'NOT_REACHED', 'NAME_NOT_FOUND', 'TLS_REFUSED', 'ADDRESS_NOT_ALLOWED', 'NOT_EXECUTED');

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "maker_id" UUID NOT NULL,
    "api_token_id" UUID,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "ignore_own_changes" BOOLEAN NOT NULL DEFAULT true,
    "status" "webhook_status" NOT NULL DEFAULT 'ACTIVE',
    "reason" "webhook_reason",
    "message" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "previous_ends_at" TIMESTAMPTZ(3),
    "tested_at" TIMESTAMPTZ(3),
    "replayed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",
    "url_fold" TEXT COLLATE "C",
    "document_fold" TEXT COLLATE "C",
    "variables_fold" TEXT COLLATE "C",
    "message_fold" TEXT COLLATE "C",

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_secret" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_progress" (
    "webhook_id" UUID NOT NULL,
    "cursor" TEXT NOT NULL,
    "ip" TEXT,
    "lease_id" UUID,
    "lease_until" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failed_from" TIMESTAMPTZ(3),
    "failed_last" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_progress_pkey" PRIMARY KEY ("webhook_id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "kind" "webhook_delivery_kind" NOT NULL,
    "event_id" UUID NOT NULL,
    "entity_id" UUID,
    "type" TEXT NOT NULL,
    "cursor" TEXT NOT NULL,
    "place" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_until" TIMESTAMPTZ(3),
    "has_gap_before" BOOLEAN NOT NULL DEFAULT false,
    "replays" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "outcome" "webhook_outcome" NOT NULL,
    "status" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "request_headers" TEXT,
    "request_body" TEXT,
    "answer_headers" TEXT,
    "answer_body" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_tenant_id_created_at_id_idx" ON "webhook"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_secret_webhook_id_number_key" ON "webhook_secret"("webhook_id", "number");

-- CreateIndex
CREATE INDEX "webhook_progress_lease_until_idx" ON "webhook_progress"("lease_until");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_status_place_idx" ON "webhook_delivery"("webhook_id", "status", "place");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_entity_id_place_idx" ON "webhook_delivery"("webhook_id", "entity_id", "place");

-- CreateIndex
CREATE INDEX "webhook_delivery_ended_at_idx" ON "webhook_delivery"("ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_webhook_id_event_id_key" ON "webhook_delivery"("webhook_id", "event_id");

-- CreateIndex
CREATE INDEX "webhook_attempt_delivery_id_id_idx" ON "webhook_attempt"("delivery_id", "id");

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_progress" ADD CONSTRAINT "webhook_progress_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;
