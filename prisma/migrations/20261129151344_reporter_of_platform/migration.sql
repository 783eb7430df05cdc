-- AlterTable
ALTER TABLE "maintenance_request" ADD COLUMN     "reporter_of_platform" BOOLEAN NOT NULL DEFAULT false;

-- Marks the requests that staff of the platform made before, also of users who are deleted or have another role since.
UPDATE maintenance_request SET reporter_of_platform = true WHERE reporter_id IN (
  SELECT id FROM "user" WHERE role IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT')
  UNION
  SELECT entity_id FROM change
  WHERE entity = 'User'
    AND (image->>'role' IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT') OR before->>'role' IN ('PLATFORM_ADMIN', 'PLATFORM_SUPPORT'))
);
