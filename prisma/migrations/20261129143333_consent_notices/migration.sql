-- CreateTable
CREATE TABLE "consent_notice" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "purpose_id" UUID NOT NULL,
    "notice_version" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "language_fold" TEXT COLLATE "C",
    "text_fold" TEXT COLLATE "C",
    "sha256_fold" TEXT COLLATE "C",

    CONSTRAINT "consent_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "consent_notice_purpose_id_notice_version_language_fold_id_idx" ON "consent_notice"("purpose_id", "notice_version", "language_fold", "id");

-- CreateIndex
CREATE INDEX "consent_notice_tenant_id_created_at_id_idx" ON "consent_notice"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "consent_notice_purpose_id_notice_version_language_key" ON "consent_notice"("purpose_id", "notice_version", "language");

-- AddForeignKey
ALTER TABLE "consent_notice" ADD CONSTRAINT "consent_notice_purpose_id_fkey" FOREIGN KEY ("purpose_id") REFERENCES "consent_purpose"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
