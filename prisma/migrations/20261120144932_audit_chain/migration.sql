-- AlterTable
ALTER TABLE "change" ADD COLUMN     "content_hash" BYTEA,
ADD COLUMN     "hash" BYTEA;

-- AlterTable
ALTER TABLE "feed_head" ADD COLUMN     "last_hash" BYTEA,
ADD COLUMN     "pruned_hash" BYTEA,
ADD COLUMN     "pruned_seq" BIGINT NOT NULL DEFAULT 0;
