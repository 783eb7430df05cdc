-- CreateTable
CREATE TABLE "projection" (
    "feed" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "projection_pkey" PRIMARY KEY ("feed")
);
