-- AlterTable
ALTER TABLE "notification_cause" ADD COLUMN     "detail" JSONB NOT NULL DEFAULT '{}';
