-- As before, and the end is asked of the log: the head of a feed also counts the changes that were removed because of their
-- age, so an erasure never came to the end of a feed without changes.
CREATE OR REPLACE FUNCTION erase_changes(
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
  is_end := NOT EXISTS (SELECT FROM change WHERE feed = of_feed AND seq > erase_changes.last_seq);
END $$;
