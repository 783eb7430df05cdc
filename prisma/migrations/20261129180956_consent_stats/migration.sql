-- AlterTable
ALTER TABLE "consent_record" ADD COLUMN     "purpose_id" UUID;
UPDATE consent_record SET purpose_id = consent.purpose_id FROM consent WHERE consent.id = consent_record.consent_id;
ALTER TABLE "consent_record" ALTER COLUMN "purpose_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "consent_stats" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "granted" INTEGER NOT NULL DEFAULT 0,
    "revoked" INTEGER NOT NULL DEFAULT 0,
    "expired" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consent_stats_pkey" PRIMARY KEY ("id")
);

-- Counts the consents that there are. No stream could show them before, so the change log has no change of this.
INSERT INTO consent_stats (id, tenant_id, pending, granted, revoked, expired, updated_at)
SELECT purpose.id, purpose.tenant_id,
  count(*) FILTER (WHERE consent.state = 'PENDING'), count(*) FILTER (WHERE consent.state = 'GRANTED'),
  count(*) FILTER (WHERE consent.state = 'REVOKED'), count(*) FILTER (WHERE consent.state = 'EXPIRED'),
  CURRENT_TIMESTAMP
FROM consent_purpose AS purpose LEFT JOIN consent ON consent.purpose_id = purpose.id
GROUP BY purpose.id;

-- CreateIndex
CREATE INDEX "consent_stats_tenant_id_created_at_id_idx" ON "consent_stats"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "consent_record_purpose_id_recorded_at_idx" ON "consent_record"("purpose_id", "recorded_at");
