-- AlterTable
ALTER TABLE "session_renewal" ADD COLUMN     "ended_at" TIMESTAMPTZ(3);
