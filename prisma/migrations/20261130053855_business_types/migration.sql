-- CreateTable
CREATE TABLE "business_type" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "key_fold" TEXT COLLATE "C",
    "name_fold" TEXT COLLATE "C",

    CONSTRAINT "business_type_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "business_type_key_key" ON "business_type"("key");

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "business_type_id" UUID;

-- The texts that tenants had become rows: one for each key, so that two ways to write a text are one type.
CREATE FUNCTION pg_temp.key_of(name text) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN length(key) < 2 THEN 'type-' || left(md5(name), 12) ELSE key END
  FROM (SELECT left(trim(BOTH '-' FROM regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g')), 50) AS key) AS spelled
$$;
INSERT INTO "business_type" ("id", "key", "name", "updated_at")
  SELECT gen_random_uuid(), pg_temp.key_of("business_type"), min("business_type"), CURRENT_TIMESTAMP
  FROM "tenant" WHERE "business_type" IS NOT NULL GROUP BY pg_temp.key_of("business_type");
UPDATE "tenant" SET "business_type_id" = "business_type"."id"
  FROM "business_type" WHERE "business_type"."key" = pg_temp.key_of("tenant"."business_type");
DROP FUNCTION pg_temp.key_of(text);

-- AlterTable
ALTER TABLE "tenant" DROP COLUMN "business_type",
DROP COLUMN "business_type_fold";

-- CreateIndex
CREATE INDEX "tenant_business_type_id_idx" ON "tenant"("business_type_id");

-- AddForeignKey
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_business_type_id_fkey" FOREIGN KEY ("business_type_id") REFERENCES "business_type"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "configuration" ADD COLUMN     "business_type_id" UUID;

-- The platform has one layer, a business type has one, a tenant has one, and so has each of its users.
DROP INDEX "configuration_tenant_id_user_id_key";
CREATE UNIQUE INDEX "configuration_tenant_id_user_id_business_type_id_key"
  ON "configuration"("tenant_id", "user_id", "business_type_id") NULLS NOT DISTINCT;

ALTER TABLE "configuration" DROP CONSTRAINT "configuration_scope";
ALTER TABLE "configuration" ADD CONSTRAINT "configuration_scope" CHECK (
  ("business_type_id" IS NOT NULL) = ("scope" = 'BUSINESS_TYPE')
  AND ("tenant_id" IS NOT NULL) = ("scope" IN ('TENANT', 'USER'))
  AND ("user_id" IS NOT NULL) = ("scope" = 'USER'));

-- AlterTable
ALTER TABLE "config_version" ADD COLUMN     "business_layer_id" UUID,
ADD COLUMN     "business_version" INTEGER NOT NULL DEFAULT 0;

-- What a tenant has adopted is said by layer, so versions of two layers are never compared.
UPDATE "config_version" SET "adopted" = jsonb_build_object("layer"."id", "adopted")
  FROM "configuration" AS "layer" WHERE "layer"."scope" = 'PLATFORM' AND "adopted" <> '{}';
