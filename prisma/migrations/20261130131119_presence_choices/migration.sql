-- CreateTable
CREATE TABLE "presence_choice" (
    "user_id" UUID NOT NULL,
    "is_invisible" BOOLEAN NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "presence_choice_pkey" PRIMARY KEY ("user_id")
);

-- AddForeignKey
ALTER TABLE "presence_choice" ADD CONSTRAINT "presence_choice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
