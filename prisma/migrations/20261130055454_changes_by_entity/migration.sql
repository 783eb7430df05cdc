-- CreateIndex
CREATE INDEX IF NOT EXISTS "change_feed_entity_seq_idx" ON "change"("feed", "entity", "seq");
