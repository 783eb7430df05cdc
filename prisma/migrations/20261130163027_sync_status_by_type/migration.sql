-- AlterTable
ALTER TABLE "tenant_sync" ADD COLUMN     "conflict_types" "configuration_type"[] DEFAULT ARRAY[]::"configuration_type"[],
ADD COLUMN     "pending_types" "configuration_type"[] DEFAULT ARRAY[]::"configuration_type"[];

-- A tenant whose status is SUCCESS has neither. The others are looked at once more, which is a change that streams have.
INSERT INTO "due_work" ("id", "kind", "subject_id", "feed", "due_at", "try_at")
SELECT gen_random_uuid(), 'tenantSyncByType', "id", '00000000-0000-7000-8000-000000000000', now(), now()
FROM "tenant_sync" WHERE "status" <> 'SUCCESS';
