-- The rows keep what they have under the former name. The images of the log cannot change, because their hashes prove
-- them: readers find the former name in the entity (`formerNames`).
ALTER TABLE "customer" RENAME COLUMN "owner" TO "contact_name";
ALTER TABLE "customer" RENAME COLUMN "owner_fold" TO "contact_name_fold";
ALTER TABLE "customer" ALTER COLUMN "contact_name" DROP NOT NULL,
ALTER COLUMN "email" DROP NOT NULL;
