-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "status_page_slug" TEXT,
ADD COLUMN     "status_page_slug_fold" TEXT COLLATE "C";

-- CreateIndex
CREATE UNIQUE INDEX "tenant_status_page_slug_key" ON "tenant"("status_page_slug");
