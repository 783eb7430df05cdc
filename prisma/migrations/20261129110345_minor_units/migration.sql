-- AlterTable
ALTER TABLE "payment" ALTER COLUMN "amount_minor" SET DATA TYPE BIGINT;

-- AlterTable
ALTER TABLE "plan" ALTER COLUMN "monthly_price_minor" SET DATA TYPE BIGINT;

-- CreateIndex
CREATE INDEX "payment_tenant_id_amount_minor_id_idx" ON "payment"("tenant_id", "amount_minor", "id");

-- JSON of clients and of the change log holds whole numbers exactly up to 2^53 - 1, so a larger amount must not exist.
ALTER TABLE payment DROP CONSTRAINT payment_amount_minor_check,
  ADD CONSTRAINT payment_amount_minor_check CHECK (amount_minor BETWEEN 1 AND 9007199254740991);
ALTER TABLE plan
  ADD CONSTRAINT plan_monthly_price_minor_check CHECK (monthly_price_minor BETWEEN 0 AND 9007199254740991);
