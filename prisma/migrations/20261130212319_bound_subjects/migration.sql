-- CreateTable
CREATE TABLE "bound_subject" (
    "hash" TEXT NOT NULL,
    "bound_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bound_subject_pkey" PRIMARY KEY ("hash")
);
