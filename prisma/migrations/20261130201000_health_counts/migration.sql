-- What the health of the installation counts: only the rows that are counted, so the count costs the same whatever is kept.
CREATE INDEX "webhook_status_updated_at_idx" ON "webhook"("status", "updated_at");

CREATE INDEX "webhook_failing" ON "webhook" ("failing_since") WHERE "failing_since" IS NOT NULL;

CREATE INDEX "webhook_delivery_pending" ON "webhook_delivery" ("next_attempt_at") WHERE "status" = 'PENDING';
