-- Links the changes of each feed by hashes, so that whoever has noted one can tell whether anything before it was
-- altered since: the log is the audit trail.
--
-- Two hashes for each change. What people may ask to have erased (the images, the actor's name and address) is hashed
-- by itself, and the chain runs over that hash: a row can be erased in place, and every link stays provable.
--
-- Values are hashed as JSON, whose text depends neither on the settings of a session nor on the time zone; a time is
-- its milliseconds since 1970. A column that is added to `change` later is covered only when these functions name it.
CREATE FUNCTION change_content_hash(row_of change) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(
    jsonb_build_array(row_of.image, row_of.before, row_of.actor_name, row_of.ip)::text, 'UTF8'))
$$;

CREATE FUNCTION change_hash(previous bytea, number bigint, row_of change, content bytea) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(previous, ''::bytea) || content || convert_to(
    jsonb_build_array(
      row_of.feed, number, row_of.id, row_of.event_id, row_of.kind, row_of.entity, row_of.entity_id,
      row_of.entity_version, row_of.concerns, row_of.rights, row_of.projection_of, row_of.actor_kind, row_of.actor_id,
      row_of.request_id, (extract(epoch FROM row_of.occurred_at) * 1000)::bigint
    )::text, 'UTF8'))
$$;

-- As before, and now in the same two statements with the hashes. It runs with the rights of the owner, so that whoever
-- writes the log needs none to change it; hence the fixed search path, in which nobody can put a table before ours.
CREATE OR REPLACE FUNCTION assign_seq() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  content bytea := change_content_hash(NEW);
  head feed_head;
BEGIN
  UPDATE feed_head
  SET last_seq = last_seq + 1, last_hash = change_hash(last_hash, last_seq + 1, NEW, content)
  WHERE feed = NEW.feed RETURNING * INTO head;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no feed %.', NEW.feed;
  END IF;
  UPDATE change SET seq = head.last_seq, content_hash = content, hash = head.last_hash WHERE id = NEW.id;
  RETURN NULL;
END $$;

-- What was written before.
DO $$
DECLARE
  head feed_head;
  next change;
BEGIN
  FOR head IN SELECT * FROM feed_head LOOP
    FOR next IN SELECT * FROM change WHERE feed = head.feed ORDER BY seq LOOP
      next.content_hash := change_content_hash(next);
      head.last_hash := change_hash(head.last_hash, next.seq, next, next.content_hash);
      UPDATE change SET content_hash = next.content_hash, hash = head.last_hash WHERE id = next.id;
    END LOOP;
    UPDATE feed_head SET last_hash = head.last_hash WHERE feed = head.feed;
  END LOOP;
END $$;
