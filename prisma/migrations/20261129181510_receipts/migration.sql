-- AlterTable
ALTER TABLE "consent_record" ADD COLUMN     "purpose_key" TEXT,
ADD COLUMN     "purpose_title" TEXT;

-- The records from before have the purpose as it is now: nothing else tells what it was.
UPDATE "consent_record" SET "purpose_key" = purpose."key", "purpose_title" = purpose."title"
FROM "consent" AS consent JOIN "consent_purpose" AS purpose ON purpose."id" = consent."purpose_id"
WHERE consent."id" = "consent_record"."consent_id";

ALTER TABLE "consent_record" ALTER COLUMN "purpose_key" SET NOT NULL,
ALTER COLUMN "purpose_title" SET NOT NULL;

-- CreateTable
CREATE TABLE "receipt_key" (
    "id" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "sealed_private_key" BYTEA NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipt_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "consent_record_consent_id_recorded_at_consent_version_idx" ON "consent_record"("consent_id", "recorded_at", "consent_version");
