-- AlterTable
ALTER TABLE "idempotency_key" ADD COLUMN     "extras" JSONB;
