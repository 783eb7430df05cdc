-- DropForeignKey
ALTER TABLE "outside_identity" DROP CONSTRAINT "outside_identity_user_id_fkey";

-- AlterTable
ALTER TABLE "outside_identity" DROP CONSTRAINT "outside_identity_pkey",
ADD COLUMN     "id" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN     "issuer_fold" TEXT COLLATE "C",
ADD COLUMN     "sessionless_signed_out_at" TIMESTAMPTZ(3),
ADD COLUMN     "sign_outs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "signed_out_at" TIMESTAMPTZ(3),
ADD COLUMN     "subject_fold" TEXT COLLATE "C",
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1,
ALTER COLUMN "subject" DROP NOT NULL,
ADD CONSTRAINT "outside_identity_pkey" PRIMARY KEY ("id");

-- The default of the id stays: a node of the version before binds identities without one while it is being replaced.

-- CreateTable
CREATE TABLE "outside_session" (
    "issuer" TEXT NOT NULL,
    "sid" TEXT NOT NULL,
    "user_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "outside_session_pkey" PRIMARY KEY ("issuer","sid")
);

-- CreateTable
CREATE TABLE "outside_logout" (
    "issuer" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "subject" TEXT,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outside_logout_pkey" PRIMARY KEY ("issuer","jti")
);

-- CreateIndex
CREATE INDEX "outside_session_user_id_idx" ON "outside_session"("user_id");

-- CreateIndex
CREATE INDEX "outside_session_created_at_idx" ON "outside_session"("created_at");

-- CreateIndex
CREATE INDEX "outside_logout_issuer_subject_idx" ON "outside_logout"("issuer", "subject");

-- CreateIndex
CREATE INDEX "outside_logout_issued_at_idx" ON "outside_logout"("issued_at");

-- CreateIndex
CREATE INDEX "outside_identity_issuer_fold_subject_fold_id_idx" ON "outside_identity"("issuer_fold", "subject_fold", "id");

-- CreateIndex
CREATE INDEX "outside_identity_issuer_fold_user_id_id_idx" ON "outside_identity"("issuer_fold", "user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outside_identity_issuer_subject_key" ON "outside_identity"("issuer", "subject");

-- AddForeignKey
ALTER TABLE "outside_identity" ADD CONSTRAINT "outside_identity_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "outside_session" ADD CONSTRAINT "outside_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A node of the version before deletes a user without its identities, which were deleted with it until now. A node of this
-- version has deleted them by then, and logged it. By its name the trigger comes before the check of the reference: both run
-- at COMMIT, in the order of their names, and that of the check begins with RI.
CREATE FUNCTION delete_left_identities() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM outside_identity WHERE user_id = OLD.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "Delete left identities" AFTER DELETE ON "user" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION delete_left_identities();
