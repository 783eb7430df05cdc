-- CreateTable
CREATE TABLE "due_work" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "feed" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "try_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "parked_at" TIMESTAMPTZ(3),

    CONSTRAINT "due_work_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "due_work_tries_try_at_idx" ON "due_work"("tries", "try_at");

-- CreateIndex
CREATE UNIQUE INDEX "due_work_kind_subject_id_key" ON "due_work"("kind", "subject_id");
