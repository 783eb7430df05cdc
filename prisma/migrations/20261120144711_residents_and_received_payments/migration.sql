-- The units of a deleted user are emptied in the same transaction, but after the user is gone: what empties them is a
-- reaction to the change. So whether a unit's resident exists is checked at COMMIT.
ALTER TABLE unit ALTER CONSTRAINT unit_resident_id_fkey DEFERRABLE INITIALLY DEFERRED;

-- A payment is of something.
ALTER TABLE payment ADD CONSTRAINT payment_amount_minor_check CHECK (amount_minor > 0);

-- What was received stays received, with its amount, whoever writes: the commands refuse it in words, and this refuses
-- it to whatever passes them by. A received payment can only be refunded. Were it let back to another status or deleted,
-- its amount could change in two steps.
CREATE FUNCTION keep_received_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
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

CREATE TRIGGER keep_received_payment BEFORE UPDATE OR DELETE ON payment
  FOR EACH ROW WHEN (OLD.status IN ('RECEIVED', 'REFUNDED')) EXECUTE FUNCTION keep_received_payment();
