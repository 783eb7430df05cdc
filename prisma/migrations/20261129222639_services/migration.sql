-- DropForeignKey
ALTER TABLE "team_member" DROP CONSTRAINT "team_member_team_id_fkey";

-- AlterTable
ALTER TABLE "maintenance_request" ADD COLUMN     "team_id" UUID;

-- AlterTable
ALTER TABLE "service" ADD COLUMN     "member_version" INTEGER NOT NULL DEFAULT 1;

-- CreateIndex
CREATE INDEX "maintenance_request_team_id_idx" ON "maintenance_request"("team_id");

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
