-- CreateTable
CREATE TABLE "config_secret" (
    "id" UUID NOT NULL,
    "configuration_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "set_by_id" UUID NOT NULL,

    CONSTRAINT "config_secret_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "config_secret_configuration_id_idx" ON "config_secret"("configuration_id");

-- AddForeignKey
ALTER TABLE "config_secret" ADD CONSTRAINT "config_secret_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "configuration"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- A layer is deleted with its secrets, too.
CREATE OR REPLACE FUNCTION delete_configuration(of_configuration uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM config_secret WHERE configuration_id = of_configuration;
  DELETE FROM config_setting WHERE configuration_id = of_configuration;
  DELETE FROM config_version WHERE configuration_id = of_configuration;
  DELETE FROM configuration WHERE id = of_configuration;
END
$$;
