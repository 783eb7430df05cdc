-- Gives every change its place in its feed, at COMMIT.
--
-- A number that is taken earlier (a sequence, a time stamp, a transaction id) orders changes by when they were made,
-- not by when they became visible: a reader that has seen n may then never see n - 1, whose transaction committed
-- later. This counter is taken under the row lock of the feed's head, inside COMMIT, and the lock is released only
-- after the commit is visible. So whoever sees n + 1 can see n, a rollback leaves no hole, and no client round trip
-- happens while the lock is held.
CREATE FUNCTION assign_seq() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next_seq bigint;
BEGIN
  UPDATE feed_head SET last_seq = last_seq + 1 WHERE feed = NEW.feed RETURNING last_seq INTO next_seq;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no feed %.', NEW.feed;
  END IF;
  UPDATE change SET seq = next_seq WHERE id = NEW.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assign_seq AFTER INSERT ON change
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assign_seq();

-- One row per feed takes every write of its tenant: room on the page lets PostgreSQL update it in place.
ALTER TABLE feed_head SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- The platform's own feed.
INSERT INTO feed_head (feed) VALUES ('00000000-0000-7000-8000-000000000000');

-- The sessions of a deleted user go in the same transaction, but after the user: what deletes them is a reaction to
-- the change. So whether a session has its user is checked at COMMIT.
ALTER TABLE session ALTER CONSTRAINT session_user_id_fkey DEFERRABLE INITIALLY DEFERRED;
