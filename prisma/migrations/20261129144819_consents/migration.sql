-- CreateEnum
CREATE TYPE "consent_state" AS ENUM ('PENDING', 'GRANTED', 'REVOKED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "consent_channel" AS ENUM ('SUBJECT', 'STAFF', 'SYSTEM');

-- CreateEnum
CREATE TYPE "consent_step" AS ENUM ('REQUEST', 'GRANT', 'CONFIRM', 'REVOKE', 'EXPIRE');

-- CreateEnum
CREATE TYPE "consent_evidence_kind" AS ENUM ('CALL', 'LETTER', 'EMAIL', 'FORM', 'NOTE');

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "member_id" UUID,
    "purpose_id" UUID NOT NULL,
    "state" "consent_state" NOT NULL,
    "notice_version" INTEGER,
    "language" TEXT,
    "channel" "consent_channel" NOT NULL,
    "granted_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "language_fold" TEXT COLLATE "C",

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent_record" (
    "id" UUID NOT NULL,
    "consent_id" UUID NOT NULL,
    "consent_version" INTEGER NOT NULL,
    "step" "consent_step" NOT NULL,
    "previous_state" "consent_state",
    "state" "consent_state" NOT NULL,
    "notice_version" INTEGER,
    "language" TEXT,
    "channel" "consent_channel" NOT NULL,
    "granted_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "actor_of_platform" BOOLEAN NOT NULL,
    "evidence_kind" "consent_evidence_kind",
    "evidence_reference" TEXT,

    CONSTRAINT "consent_record_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "consent_tenant_id_created_at_id_idx" ON "consent"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "consent_tenant_id_updated_at_id_idx" ON "consent"("tenant_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "consent_tenant_id_state_id_idx" ON "consent"("tenant_id", "state", "id");

-- CreateIndex
CREATE INDEX "consent_purpose_id_idx" ON "consent"("purpose_id");

-- CreateIndex
-- A customer has one consent of its own to a purpose, the one without a member.
CREATE UNIQUE INDEX "consent_customer_id_member_id_purpose_id_key" ON "consent"("customer_id", "member_id", "purpose_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "consent_record_consent_id_consent_version_key" ON "consent_record"("consent_id", "consent_version");

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_purpose_id_fkey" FOREIGN KEY ("purpose_id") REFERENCES "consent_purpose"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent_record" ADD CONSTRAINT "consent_record_consent_id_fkey" FOREIGN KEY ("consent_id") REFERENCES "consent"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- A consent has a version and a state only together with the record of them, checked at COMMIT: no statement, of whatever
-- program, changes the state and not the ledger.
CREATE UNIQUE INDEX "consent_record_consent_id_consent_version_state_key" ON "consent_record"("consent_id", "consent_version", "state");
ALTER TABLE "consent" ADD CONSTRAINT "consent_record_of_version_fkey" FOREIGN KEY ("id", "version", "state")
  REFERENCES "consent_record"("consent_id", "consent_version", "state") DEFERRABLE INITIALLY DEFERRED;
