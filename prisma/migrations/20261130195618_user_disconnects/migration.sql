-- AlterTable
ALTER TABLE "user" ADD COLUMN     "disconnect_reason" TEXT,
ADD COLUMN     "disconnect_reason_fold" TEXT COLLATE "C",
ADD COLUMN     "disconnected_at" TIMESTAMPTZ(3);
