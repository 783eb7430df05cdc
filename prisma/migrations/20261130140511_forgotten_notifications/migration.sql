-- CreateIndex
CREATE INDEX "mail_message_ended_at_idx" ON "mail_message"("ended_at");

-- CreateIndex
CREATE INDEX "notification_last_at_idx" ON "notification"("last_at");
