-- AlterTable
ALTER TABLE "bulk_job" ADD COLUMN     "api_token_id" UUID;

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "is_service_account" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "organization_id" UUID,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "permissions" TEXT[],
    "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "previous_ends_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "name_fold" TEXT COLLATE "C",

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token_secret" (
    "hash" TEXT NOT NULL,
    "api_token_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_token_secret_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "api_token_use" (
    "api_token_id" UUID NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_token_use_pkey" PRIMARY KEY ("api_token_id")
);

-- CreateIndex
CREATE INDEX "api_token_tenant_id_created_at_id_idx" ON "api_token"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "api_token_organization_id_idx" ON "api_token"("organization_id");

-- CreateIndex
CREATE INDEX "api_token_user_id_idx" ON "api_token"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_secret_api_token_id_number_key" ON "api_token_secret"("api_token_id", "number");

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "api_token_secret" ADD CONSTRAINT "api_token_secret_api_token_id_fkey" FOREIGN KEY ("api_token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token_use" ADD CONSTRAINT "api_token_use_api_token_id_fkey" FOREIGN KEY ("api_token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;
