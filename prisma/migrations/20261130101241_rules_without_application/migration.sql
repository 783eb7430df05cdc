-- AlterTable
ALTER TABLE "config_conflict" ADD COLUMN     "is_proposal" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "sync_rule" ADD COLUMN     "auto_apply" BOOLEAN NOT NULL DEFAULT true;
