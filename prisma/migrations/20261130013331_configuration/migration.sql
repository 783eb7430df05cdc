-- CreateEnum
CREATE TYPE "config_scope" AS ENUM ('PLATFORM', 'BUSINESS_TYPE', 'TENANT', 'USER');

-- CreateEnum
CREATE TYPE "config_step" AS ENUM ('WRITE', 'ROLLBACK', 'ADOPT');

-- CreateTable
CREATE TABLE "configuration" (
    "id" UUID NOT NULL,
    "scope" "config_scope" NOT NULL,
    "tenant_id" UUID,
    "user_id" UUID,
    "paths" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "member_paths" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "changes" INTEGER NOT NULL DEFAULT 0,
    "member_changes" INTEGER NOT NULL DEFAULT 0,
    "member_version" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "configuration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "config_version" (
    "id" UUID NOT NULL,
    "configuration_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "member_version" INTEGER NOT NULL,
    "step" "config_step" NOT NULL,
    "paths" TEXT[],
    "restored" INTEGER,
    "platform_version" INTEGER NOT NULL DEFAULT 0,
    "adopted" JSONB NOT NULL DEFAULT '{}',
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" UUID,

    CONSTRAINT "config_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "config_setting" (
    "id" UUID NOT NULL,
    "configuration_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "setting" JSONB,
    "path_fold" TEXT COLLATE "C",

    CONSTRAINT "config_setting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "configuration_tenant_id_created_at_id_idx" ON "configuration"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "configuration_user_id_idx" ON "configuration"("user_id");

-- CreateIndex
-- The platform has one layer, a tenant has one, and so has each of its users.
CREATE UNIQUE INDEX "configuration_tenant_id_user_id_key" ON "configuration"("tenant_id", "user_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "config_version_configuration_id_version_key" ON "config_version"("configuration_id", "version");

-- CreateIndex
CREATE INDEX "config_setting_configuration_id_path_fold_version_id_idx" ON "config_setting"("configuration_id", "path_fold", "version", "id");

-- CreateIndex
CREATE UNIQUE INDEX "config_setting_configuration_id_path_version_key" ON "config_setting"("configuration_id", "path", "version");

-- AddForeignKey
ALTER TABLE "config_version" ADD CONSTRAINT "config_version_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "configuration"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "config_setting" ADD CONSTRAINT "config_setting_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "configuration"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "configuration" ADD CONSTRAINT "configuration_scope" CHECK (CASE "scope"
  WHEN 'PLATFORM' THEN "tenant_id" IS NULL AND "user_id" IS NULL
  WHEN 'TENANT' THEN "tenant_id" IS NOT NULL AND "user_id" IS NULL
  WHEN 'USER' THEN "tenant_id" IS NOT NULL AND "user_id" IS NOT NULL
  ELSE false END);

-- A layer has a version only together with the row of it, checked at COMMIT: no statement, of whatever program, moves the
-- one and not the other.
ALTER TABLE "configuration" ADD CONSTRAINT "config_version_of_layer_fkey" FOREIGN KEY ("id", "version")
  REFERENCES "config_version"("configuration_id", "version") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "config_setting" ADD CONSTRAINT "config_setting_of_version_fkey" FOREIGN KEY ("configuration_id", "version")
  REFERENCES "config_version"("configuration_id", "version") DEFERRABLE INITIALLY DEFERRED;

-- Versions and settings are added and never changed, which the rights of the serving role hold. This function runs with
-- the rights of the owner: it deletes a layer with all of them, so a history cannot be shortened.
CREATE FUNCTION delete_configuration(of_configuration uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM config_setting WHERE configuration_id = of_configuration;
  DELETE FROM config_version WHERE configuration_id = of_configuration;
  DELETE FROM configuration WHERE id = of_configuration;
END
$$;
