-- DropForeignKey
ALTER TABLE "refresh_token" DROP CONSTRAINT "refresh_token_session_id_fkey";

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "tenant_suspensions" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "suspensions" INTEGER NOT NULL DEFAULT 0;

-- DropTable
DROP TABLE "refresh_token";

-- CreateTable
CREATE TABLE "session_renewal" (
    "session_id" UUID NOT NULL,
    "newest" INTEGER NOT NULL DEFAULT 1,
    "exchanged" INTEGER,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_renewal_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
CREATE TABLE "outside_identity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outside_identity_pkey" PRIMARY KEY ("issuer","subject")
);

-- CreateIndex
CREATE INDEX "outside_identity_user_id_idx" ON "outside_identity"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "outside_identity_issuer_user_id_key" ON "outside_identity"("issuer", "user_id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "session_revoked_at_idx" ON "session"("revoked_at");

-- AddForeignKey
ALTER TABLE "session_renewal" ADD CONSTRAINT "session_renewal_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outside_identity" ADD CONSTRAINT "outside_identity_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
