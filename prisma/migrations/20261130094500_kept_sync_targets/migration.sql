-- The targets of runs that have ended are deleted, too.
INSERT INTO "due_work" ("id", "kind", "subject_id", "feed", "due_at", "try_at")
SELECT gen_random_uuid(), 'syncTargetsEnd', "id", '00000000-0000-7000-8000-000000000000',
  "ended_at" + interval '90 days', "ended_at" + interval '90 days'
FROM "sync_run" WHERE "status" = 'COMPLETED';
