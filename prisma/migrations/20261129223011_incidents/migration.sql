-- AlterTable
ALTER TABLE "incident" ADD COLUMN     "last_step_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "member_version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "service_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "maintenance_window" ADD COLUMN     "member_version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "service_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Updates of incidents are added and never changed, which the rights of the serving role hold. This function runs with
-- the rights of the owner: it deletes an incident with all of its updates, so a timeline cannot be shortened.
CREATE FUNCTION delete_incident(of_incident uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM incident_update WHERE incident_id = of_incident;
  DELETE FROM incident WHERE id = of_incident;
END
$$;
