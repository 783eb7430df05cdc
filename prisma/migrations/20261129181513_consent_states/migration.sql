-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "consent_states" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "consent_states" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "member_version" INTEGER NOT NULL DEFAULT 1;

-- What a reaction to each change of a consent would have written.
UPDATE customer SET consent_states = states FROM (
  SELECT customer_id,
    array_agg(concat_ws(' ', purpose_id, state, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ORDER BY purpose_id) AS states
  FROM consent WHERE member_id IS NULL GROUP BY customer_id
) AS given WHERE given.customer_id = customer.id;

UPDATE "user" SET consent_states = states FROM (
  SELECT customer_id, member_id,
    array_agg(concat_ws(' ', purpose_id, state, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ORDER BY purpose_id) AS states
  FROM consent WHERE member_id IS NOT NULL GROUP BY customer_id, member_id
) AS given WHERE given.member_id = "user".id AND given.customer_id = "user".customer_id;

-- Clients know these users by the version of the whole row.
UPDATE "user" SET member_version = version;
