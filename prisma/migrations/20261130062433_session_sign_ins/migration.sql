-- CreateEnum
CREATE TYPE "sign_in_provider" AS ENUM ('PASSWORD', 'GOOGLE', 'MICROSOFT', 'OIDC');

-- CreateEnum
CREATE TYPE "sign_in_factor" AS ENUM ('TOTP');

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "authenticated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "factor" "sign_in_factor",
ADD COLUMN     "provider" "sign_in_provider" NOT NULL DEFAULT 'PASSWORD';

-- Every session so far began with a password, when it was created. One of a user with a confirmed authenticator began with
-- a code, or confirmed the authenticator: the confirmation ended all others.
UPDATE "session" SET "authenticated_at" = "created_at";
UPDATE "session" SET "factor" = 'TOTP'
FROM "second_factor" WHERE "second_factor"."user_id" = "session"."user_id" AND "second_factor"."confirmed_at" IS NOT NULL;
