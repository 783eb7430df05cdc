-- AlterTable
ALTER TABLE "configuration" ADD COLUMN     "reauthenticate_since" TIMESTAMPTZ(3);
