-- CreateTable
CREATE TABLE "consent_purpose" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "requires_double_opt_in" BOOLEAN NOT NULL DEFAULT false,
    "validity_days" INTEGER,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "notice_version" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "key_fold" TEXT COLLATE "C",
    "title_fold" TEXT COLLATE "C",
    "description_fold" TEXT COLLATE "C",

    CONSTRAINT "consent_purpose_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "consent_purpose_tenant_id_key_fold_id_idx" ON "consent_purpose"("tenant_id", "key_fold", "id");

-- CreateIndex
CREATE INDEX "consent_purpose_tenant_id_title_fold_id_idx" ON "consent_purpose"("tenant_id", "title_fold", "id");

-- CreateIndex
CREATE INDEX "consent_purpose_tenant_id_created_at_id_idx" ON "consent_purpose"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "consent_purpose_tenant_id_key_key" ON "consent_purpose"("tenant_id", "key");

-- AddForeignKey
ALTER TABLE "consent_purpose" ADD CONSTRAINT "consent_purpose_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
