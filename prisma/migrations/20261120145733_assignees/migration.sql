-- The requests of a deleted user are taken away in the same transaction, but after the user is gone: what takes them is
-- a reaction to the change. So whether a request's assignee exists is checked at COMMIT.
ALTER TABLE maintenance_request ALTER CONSTRAINT maintenance_request_assignee_id_fkey DEFERRABLE INITIALLY DEFERRED;
