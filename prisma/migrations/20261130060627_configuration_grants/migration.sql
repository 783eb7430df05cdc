-- AlterTable
ALTER TABLE "configuration" ADD COLUMN     "grants" JSONB NOT NULL DEFAULT '{}';
