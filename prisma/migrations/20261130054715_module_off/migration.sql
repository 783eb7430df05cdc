-- CreateTable
CREATE TABLE "module_off" (
    "tenant_id" UUID NOT NULL,
    "module" TEXT NOT NULL,

    CONSTRAINT "module_off_pkey" PRIMARY KEY ("tenant_id","module")
);

-- AddForeignKey
ALTER TABLE "module_off" ADD CONSTRAINT "module_off_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateIndex
-- What is parked, or waits for its module: few rows, found by the tenant.
CREATE INDEX "due_work_waiting" ON "due_work" ("feed") WHERE "try_at" IS NULL;
