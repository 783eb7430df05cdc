-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "account_updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "account_version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "resident_updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "resident_version" INTEGER NOT NULL DEFAULT 1;

-- Clients know these accounts by the version of the whole row.
UPDATE customer SET
  account_version = version, account_updated_at = updated_at,
  resident_version = version, resident_updated_at = updated_at;
