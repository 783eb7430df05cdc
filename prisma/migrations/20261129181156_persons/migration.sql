-- CreateEnum
CREATE TYPE "person_erasure_status" AS ENUM ('RUNNING', 'COMPLETED');

-- AlterTable
ALTER TABLE "change" ADD COLUMN     "erased_hash" BYTEA;

-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "person_erasure" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "customer_id" UUID,
    "user_id" UUID,
    "status" "person_erasure_status" NOT NULL DEFAULT 'RUNNING',
    "erased_entry_count" INTEGER NOT NULL DEFAULT 0,
    "kept_payment_count" INTEGER NOT NULL DEFAULT 0,
    "kept_consent_record_count" INTEGER NOT NULL DEFAULT 0,
    "completed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_erasure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_erasure_walk" (
    "erasure_id" UUID NOT NULL,
    "feed" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "erased_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "person_erasure_walk_pkey" PRIMARY KEY ("erasure_id","feed")
);

-- CreateIndex
CREATE INDEX "person_erasure_tenant_id_created_at_id_idx" ON "person_erasure"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "person_erasure_customer_id_idx" ON "person_erasure"("customer_id");

-- CreateIndex
CREATE INDEX "person_erasure_user_id_idx" ON "person_erasure"("user_id");

-- AddForeignKey
ALTER TABLE "person_erasure_walk" ADD CONSTRAINT "person_erasure_walk_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "person_erasure"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The erasure of a person writes into rows that the serving role may not change. These functions run with the rights of
-- the owner and can do nothing else: they need an erasure of that very person, and put nothing but blanks in.
CREATE FUNCTION person_is_erased(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM person_erasure WHERE customer_id = person OR user_id = person)
$$;

-- Blanks the given keys of an image, and only those that it has.
CREATE FUNCTION blanked(image jsonb, blanks jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT image || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(blanks) WHERE image ? key), '{}')
$$;

-- Looks at the next changes of a feed, and erases a person from those that are about it or that it made. `blanks` has the
-- columns to blank by entity, `about` the columns that name the person. The hash of what is left is kept beside the two
-- hashes of the chain, which stay as they are.
CREATE FUNCTION erase_changes(
  person uuid, of_feed uuid, after_seq bigint, max_rows int, blanks jsonb, about jsonb,
  OUT last_seq bigint, OUT erased_count int, OUT is_end boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old change;
  new change;
BEGIN
  IF NOT person_is_erased(person) THEN
    RAISE EXCEPTION 'There is no erasure of %.', person;
  END IF;
  IF EXISTS (
    SELECT FROM jsonb_each(blanks) AS entity, jsonb_each(entity.value) AS blank
    WHERE blank.value NOT IN ('null', '[]', '"Erased"', to_jsonb('erased-' || person || '@erased.invalid'))
  ) THEN
    RAISE EXCEPTION 'An erasure writes nothing but blanks.';
  END IF;
  last_seq := after_seq;
  erased_count := 0;
  FOR old IN SELECT * FROM change WHERE feed = of_feed AND seq > after_seq ORDER BY seq LIMIT max_rows LOOP
    last_seq := old.seq;
    new := old;
    IF EXISTS (
      SELECT FROM jsonb_array_elements_text(about -> old.entity) AS name
      WHERE person::text IN (old.image ->> name, old.before ->> name)
    ) THEN
      new.image := blanked(old.image, blanks -> old.entity);
      new.before := blanked(old.before, blanks -> old.entity);
    END IF;
    IF old.actor_id = person THEN
      new.actor_name := 'Erased';
      new.ip := NULL;
    END IF;
    IF new IS DISTINCT FROM old THEN
      UPDATE change SET image = new.image, before = new.before, actor_name = new.actor_name, ip = new.ip,
        erased_hash = change_content_hash(new)
      WHERE id = old.id;
      erased_count := erased_count + 1;
    END IF;
  END LOOP;
  is_end := NOT EXISTS (SELECT FROM feed_head WHERE feed = of_feed AND feed_head.last_seq > erase_changes.last_seq);
END $$;

-- Erases a person from at most so many records of consents: its name where it acted, and the evidence of its own will.
CREATE FUNCTION erase_consent_records(person uuid, of_tenant uuid, max_rows int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  erased_count int;
BEGIN
  IF NOT person_is_erased(person) THEN
    RAISE EXCEPTION 'There is no erasure of %.', person;
  END IF;
  WITH found AS (
    SELECT record.id, record.actor_id = person AS is_actor, person = coalesce(member_id, customer_id) AS is_subject
    FROM consent JOIN consent_record AS record ON consent_id = consent.id
    WHERE tenant_id = of_tenant AND (
      (record.actor_id = person AND actor_name <> 'Erased')
      OR (person = coalesce(member_id, customer_id) AND evidence_reference <> 'Erased'))
    LIMIT max_rows
  )
  UPDATE consent_record SET
    actor_name = CASE WHEN is_actor THEN 'Erased' ELSE actor_name END,
    evidence_reference = CASE WHEN is_subject AND evidence_reference IS NOT NULL THEN 'Erased' ELSE evidence_reference END
  FROM found WHERE consent_record.id = found.id;
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END $$;

-- As before, and without the changes of a user who was erased: a request that was under way then is rolled back at its
-- COMMIT, so it writes nothing about the person after the erasure has gone through the feed.
CREATE OR REPLACE FUNCTION assign_seq() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  content bytea := change_content_hash(NEW);
  head feed_head;
BEGIN
  IF EXISTS (SELECT FROM person_erasure WHERE user_id = NEW.actor_id) THEN
    RAISE EXCEPTION 'The user % was erased.', NEW.actor_id;
  END IF;
  UPDATE feed_head
  SET last_seq = last_seq + 1, last_hash = change_hash(last_hash, last_seq + 1, NEW, content)
  WHERE feed = NEW.feed RETURNING * INTO head;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no feed %.', NEW.feed;
  END IF;
  UPDATE change SET seq = head.last_seq, content_hash = content, hash = head.last_hash WHERE id = NEW.id;
  RETURN NULL;
END $$;
