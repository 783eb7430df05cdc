-- CreateEnum
CREATE TYPE "staff_team" AS ENUM ('CUSTOMER_SERVICE', 'SUPPORT', 'ADMINISTRATION', 'ORGANIZATION', 'PLATFORM');

-- AlterEnum
ALTER TYPE "consent_step" ADD VALUE 'SUPERSEDE';

-- DropIndex
DROP INDEX "consent_purpose_id_idx";

-- AlterTable
ALTER TABLE "consent_purpose" ADD COLUMN     "required_notice_version" INTEGER;

-- AlterTable
ALTER TABLE "consent" ADD COLUMN     "staff_team" "staff_team";

-- AlterTable
ALTER TABLE "consent_record" ADD COLUMN     "required_notice_version" INTEGER,
ADD COLUMN     "staff_team" "staff_team";

-- CreateIndex
CREATE INDEX "consent_purpose_id_state_notice_version_idx" ON "consent"("purpose_id", "state", "notice_version");
