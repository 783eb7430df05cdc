-- CreateEnum
CREATE TYPE "tenant_erasure_status" AS ENUM ('SCHEDULED', 'RUNNING', 'COMPLETED', 'WITHDRAWN');

-- AlterEnum
ALTER TYPE "tenant_status" ADD VALUE 'ARCHIVED';

-- CreateTable
CREATE TABLE "tenant_erasure" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "tenant_name" TEXT NOT NULL,
    "tenant_slug" TEXT NOT NULL,
    "status" "tenant_erasure_status" NOT NULL DEFAULT 'SCHEDULED',
    "former_status" "tenant_status" NOT NULL,
    "erases_at" TIMESTAMPTZ(3) NOT NULL,
    "began_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "deleted_user_count" INTEGER NOT NULL DEFAULT 0,
    "deleted_customer_count" INTEGER NOT NULL DEFAULT 0,
    "deleted_payment_count" INTEGER NOT NULL DEFAULT 0,
    "deleted_row_count" INTEGER NOT NULL DEFAULT 0,
    "kept_payment_count" INTEGER NOT NULL DEFAULT 0,
    "erased_entry_count" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "tenant_name_fold" TEXT COLLATE "C",
    "tenant_slug_fold" TEXT COLLATE "C",

    CONSTRAINT "tenant_erasure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant_erasure_count" (
    "erasure_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "tenant_erasure_count_pkey" PRIMARY KEY ("erasure_id","model")
);

-- CreateTable
CREATE TABLE "tenant_erasure_person" (
    "erasure_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "tenant_erasure_person_pkey" PRIMARY KEY ("erasure_id","person_id")
);

-- CreateTable
CREATE TABLE "tenant_erasure_walk" (
    "erasure_id" UUID NOT NULL,
    "feed" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "erased_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "tenant_erasure_walk_pkey" PRIMARY KEY ("erasure_id","feed")
);

-- CreateTable
CREATE TABLE "kept_payment" (
    "id" UUID NOT NULL,
    "erasure_id" UUID NOT NULL,
    "payer_id" UUID NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "refunded_at" TIMESTAMPTZ(3),

    CONSTRAINT "kept_payment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "kept_payment_amount_minor_check" CHECK (amount_minor BETWEEN 1 AND 9007199254740991)
);

-- CreateIndex
CREATE INDEX "tenant_erasure_tenant_id_idx" ON "tenant_erasure"("tenant_id");

-- CreateIndex
CREATE INDEX "tenant_erasure_created_at_id_idx" ON "tenant_erasure"("created_at", "id");

-- CreateIndex
CREATE INDEX "kept_payment_erasure_id_id_idx" ON "kept_payment"("erasure_id", "id");

-- CreateIndex
CREATE INDEX "kept_payment_received_at_idx" ON "kept_payment"("received_at");

-- AddForeignKey
ALTER TABLE "tenant_erasure_count" ADD CONSTRAINT "tenant_erasure_count_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "tenant_erasure"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant_erasure_person" ADD CONSTRAINT "tenant_erasure_person_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "tenant_erasure"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant_erasure_walk" ADD CONSTRAINT "tenant_erasure_walk_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "tenant_erasure"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kept_payment" ADD CONSTRAINT "kept_payment_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "tenant_erasure"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A received payment is deleted with its erased tenant only, once what is kept of it is kept.
CREATE OR REPLACE FUNCTION keep_received_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (
      SELECT FROM kept_payment AS kept JOIN tenant_erasure AS erasure ON erasure.id = kept.erasure_id
      WHERE kept.id = OLD.id AND (kept.amount_minor, kept.currency) = (OLD.amount_minor, OLD.currency)
        AND erasure.tenant_id = OLD.tenant_id AND erasure.status = 'RUNNING'
    ) THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The payment % is % and cannot be deleted.', OLD.id, OLD.status;
  END IF;
  IF (NEW.amount_minor, NEW.currency) IS DISTINCT FROM (OLD.amount_minor, OLD.currency) THEN
    RAISE EXCEPTION 'The payment % is %: its amount cannot change.', OLD.id, OLD.status;
  END IF;
  IF NEW.status <> OLD.status AND NEW.status <> 'REFUNDED' THEN
    RAISE EXCEPTION 'The payment % is % and cannot become %.', OLD.id, OLD.status, NEW.status;
  END IF;
  RETURN NEW;
END $$;

-- The erasure of a tenant deletes rows that the serving role may not delete, and blanks the log. These functions run with
-- the rights of the owner and need an erasure of that very tenant which has begun.
CREATE FUNCTION require_running_erasure(of_erasure uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
  of_tenant uuid;
BEGIN
  SELECT tenant_id INTO of_tenant FROM tenant_erasure WHERE id = of_erasure AND status = 'RUNNING';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The erasure % is not under way.', of_erasure;
  END IF;
  RETURN of_tenant;
END $$;

CREATE FUNCTION delete_ledger_rows(of_erasure uuid, of_table text, ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  of_tenant uuid := require_running_erasure(of_erasure);
BEGIN
  IF of_table = 'consent_record' THEN
    DELETE FROM consent_record USING consent
    WHERE consent.id = consent_record.consent_id AND consent.tenant_id = of_tenant AND consent_record.id = ANY(ids);
  ELSIF of_table = 'consent_notice' THEN
    DELETE FROM consent_notice WHERE tenant_id = of_tenant AND id = ANY(ids);
  ELSIF of_table = 'incident_update' THEN
    DELETE FROM incident_update WHERE tenant_id = of_tenant AND id = ANY(ids);
  ELSE
    RAISE EXCEPTION 'The table % is no ledger of a tenant.', of_table;
  END IF;
END $$;

-- Looks at the next changes of a feed. In the feed of the tenant it erases every person, in another one those whom the
-- erasure has deleted. The hash of what is left is kept beside the two hashes of the chain, as in `erase_changes`.
CREATE FUNCTION erase_tenant_changes(
  of_erasure uuid, of_feed uuid, after_seq bigint, max_rows int, blanks jsonb, about jsonb,
  OUT last_seq bigint, OUT erased_count int, OUT is_end boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  of_tenant uuid := require_running_erasure(of_erasure);
  old change;
  new change;
  is_person boolean;
  is_actor boolean;
BEGIN
  IF EXISTS (
    SELECT FROM jsonb_each(blanks) AS entity, jsonb_each(entity.value) AS blank
    WHERE blank.value NOT IN ('null', '[]', '"Erased"', '"erased-@erased.invalid"')
  ) THEN
    RAISE EXCEPTION 'An erasure writes nothing but blanks.';
  END IF;
  last_seq := after_seq;
  erased_count := 0;
  FOR old IN SELECT * FROM change WHERE feed = of_feed AND seq > after_seq ORDER BY seq LIMIT max_rows LOOP
    last_seq := old.seq;
    new := old;
    is_person := of_feed = of_tenant OR EXISTS (
      SELECT FROM jsonb_array_elements_text(about -> old.entity) AS name
      CROSS JOIN LATERAL (VALUES (old.image ->> name), (old.before ->> name)) AS named (id)
      JOIN tenant_erasure_person AS erased
        ON erased.erasure_id = of_erasure AND erased.person_id = CASE WHEN named.id ~ '^[0-9a-f-]{36}$' THEN named.id::uuid END
    );
    is_actor := old.actor_kind <> 'SYSTEM' AND NOT old.actor_of_platform AND (of_feed = of_tenant OR EXISTS (
      SELECT FROM tenant_erasure_person AS erased WHERE erased.erasure_id = of_erasure AND erased.person_id = old.actor_id
    ));
    IF is_person THEN
      new.image := blanked(old.image, blanks -> old.entity);
      new.before := blanked(old.before, blanks -> old.entity);
    END IF;
    IF is_actor THEN
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
  -- Asked of the log: the head of a feed also counts the changes that were removed because of their age.
  is_end := NOT EXISTS (SELECT FROM change WHERE feed = of_feed AND seq > erase_tenant_changes.last_seq);
END $$;

-- As before, and without changes in the feed of a tenant whose erasure has begun, but those of the erasure itself and copies
-- of shared rows: a write that was under way is rolled back at its COMMIT.
CREATE OR REPLACE FUNCTION assign_seq() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  content bytea := change_content_hash(NEW);
  head feed_head;
BEGIN
  IF EXISTS (SELECT FROM person_erasure WHERE user_id = NEW.actor_id) THEN
    RAISE EXCEPTION 'The user % was erased.', NEW.actor_id;
  END IF;
  IF NEW.projection_of IS NULL AND (NEW.actor_kind, NEW.actor_name) <> ('SYSTEM', 'erasure') AND EXISTS (
    SELECT FROM tenant_erasure WHERE tenant_id = NEW.feed AND status IN ('RUNNING', 'COMPLETED')
  ) THEN
    RAISE EXCEPTION 'The tenant % is being erased.', NEW.feed USING ERRCODE = 'P0E01';
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
