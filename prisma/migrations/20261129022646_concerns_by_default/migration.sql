-- AlterTable
ALTER TABLE "change" ALTER COLUMN "concerns" SET DEFAULT '{}';
