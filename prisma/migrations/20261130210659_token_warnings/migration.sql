-- AlterTable
ALTER TABLE "api_token" ADD COLUMN     "maker_id" UUID,
ADD COLUMN     "warned_days" INTEGER;

-- Persons make their own tokens. Who has made that of a service account, the log tells.
UPDATE "api_token" SET "maker_id" = "user_id"
FROM "user" WHERE "user"."id" = "api_token"."user_id" AND NOT "user"."is_service_account";

UPDATE "api_token" SET "maker_id" = "change"."actor_id"
FROM "change"
WHERE "change"."entity" = 'ApiToken' AND "change"."entity_id" = "api_token"."id" AND "change"."kind" = 'CREATED'
  AND "change"."actor_kind" = 'USER' AND "api_token"."maker_id" IS NULL;

-- Tokens that were made before warn, too: those whose time is past by now warn with the next start, unless they were made
-- later than that.
INSERT INTO "due_work" ("id", "kind", "subject_id", "feed", "due_at", "try_at")
SELECT gen_random_uuid(), 'apiTokenWarning', "id",
  coalesce("tenant_id", "organization_id", '00000000-0000-7000-8000-000000000000'), "at", "at"
FROM "api_token"
CROSS JOIN LATERAL (
  SELECT min("expires_at" - "before") AS "at"
  FROM unnest(ARRAY[interval '14 days', interval '3 days']) AS "before"
  WHERE "expires_at" - "before" > "created_at"
) AS "first"
WHERE "revoked_at" IS NULL AND "expires_at" > now() AND "at" IS NOT NULL;
