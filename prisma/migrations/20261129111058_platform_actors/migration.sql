-- AlterTable
ALTER TABLE "bulk_job" ADD COLUMN     "requester_of_platform" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "change" ADD COLUMN     "actor_of_platform" BOOLEAN NOT NULL DEFAULT false;

-- Marks what staff of the platform did before, also by users who are deleted or have another role since.
CREATE TEMPORARY TABLE platform_staff ON COMMIT DROP AS
  SELECT id FROM "user" WHERE role IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT')
  UNION
  SELECT entity_id FROM change
  WHERE entity = 'User'
    AND (image->>'role' IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT') OR before->>'role' IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT'));

UPDATE change SET actor_of_platform = true WHERE actor_id IN (SELECT id FROM platform_staff);
UPDATE bulk_job SET requester_of_platform = true WHERE requested_by_id IN (SELECT id FROM platform_staff);
