-- AlterTable
ALTER TABLE "config_version" ADD COLUMN     "holds" JSONB NOT NULL DEFAULT '{}';
