import pg from 'pg';

/** The size of a ledger. */
export interface LedgerSize {
  readonly tenantId: string;
  readonly customers: number;
  readonly consents: number;
  /** The records of each consent but one. */
  readonly records: number;
  /** The records of that one: it changed often. */
  readonly busyRecords: number;
}

/** The parts of a ledger that questions are about. */
export interface Ledger {
  readonly tenantId: string;
  readonly purposeId: string;
  readonly customerId: string;
  /** A consent with the usual number of records. */
  readonly consentId: string;
  readonly busyId: string;
  /** A time at which half of the consents existed, and the busy one had its first records. */
  readonly asOf: Date;
}

/** Days over which consents begin; the records of one follow each other by an hour. */
const DAYS = 300;
/** The consents that one transaction writes. */
const CHUNK = 5_000;

/** Fills the ledger of a tenant, as the owner of the tables, without the change log. */
export async function fillLedger(url: string, size: LedgerSize): Promise<Ledger> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const one = async (sql: string, values: unknown[]) => (await client.query(sql, values)).rows[0]?.id;
    const purposeId = await one(
      `INSERT INTO consent_purpose (id, tenant_id, key, title, updated_at)
       VALUES (gen_random_uuid(), $1, 'ledger', 'Ledger', now()) RETURNING id`,
      [size.tenantId],
    );
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO customer (id, tenant_id, company, updated_at)
       SELECT gen_random_uuid(), $1, 'Customer ' || n, now() FROM generate_series(1, $2::int) n RETURNING id`,
      [size.tenantId, size.customers],
    );
    const place = [size.tenantId, purposeId, rows.map(({ id }) => id)];
    const add = (from: number, to: number, records: number) =>
      client.query<{ id: string }>(ADD_CONSENTS, [...place, from, to, size.consents, records, DAYS]);
    const busyId = (await add(size.consents / 2 - 1, size.consents / 2 - 1, size.busyRecords)).rows[0]?.id;
    let consentId = '';
    for (let from = 0; from < size.consents; from += CHUNK) {
      const added = await add(from, Math.min(from + CHUNK, size.consents) - 1, size.records);
      consentId = added.rows[0]?.id ?? '';
    }
    await client.query(COUNT_CONSENTS, [purposeId]);
    await client.query('ANALYZE consent, consent_record, customer');
    const asOf = new Date(Date.now() - (DAYS / 2) * 86_400_000);
    const { tenantId } = size;
    return { tenantId, purposeId, customerId: rows[0]?.id ?? '', consentId, busyId: busyId ?? '', asOf };
  } finally {
    await client.end();
  }
}

/** Counts the consents, as the tally would have done. */
const COUNT_CONSENTS = `
  INSERT INTO consent_stats (id, tenant_id, granted, revoked, updated_at)
  SELECT purpose_id, tenant_id, count(*) FILTER (WHERE state = 'GRANTED'), count(*) FILTER (WHERE state = 'REVOKED'), now()
  FROM consent WHERE purpose_id = $1 GROUP BY purpose_id, tenant_id`;

/** Adds the consents with these numbers, spread over time and customers, and their records, alternately granted and revoked. */
const ADD_CONSENTS = `
  WITH added AS (
    INSERT INTO consent (id, tenant_id, purpose_id, customer_id, member_id, state, notice_version, language,
      channel, version, created_at, updated_at)
    SELECT gen_random_uuid(), $1::uuid, $2::uuid, ($3::uuid[])[1 + n % cardinality($3::uuid[])], gen_random_uuid(),
      (CASE $7::int % 2 WHEN 1 THEN 'GRANTED' ELSE 'REVOKED' END)::consent_state, 1, 'en', 'SUBJECT', $7::int,
      begun, begun + ($7::int - 1) * interval '1 hour'
    FROM generate_series($4::int, $5::int) n,
      LATERAL (SELECT now() - (1 - n::float / $6::int) * $8::int * interval '1 day' AS begun) AS time
    RETURNING id, created_at
  ), records AS (
    INSERT INTO consent_record (id, consent_id, purpose_id, consent_version, step, state, notice_version, language,
      purpose_key, purpose_title, channel, recorded_at, actor_kind, actor_name, actor_of_platform)
    SELECT gen_random_uuid(), added.id, $2::uuid, version,
      (CASE version % 2 WHEN 1 THEN 'GRANT' ELSE 'REVOKE' END)::consent_step,
      (CASE version % 2 WHEN 1 THEN 'GRANTED' ELSE 'REVOKED' END)::consent_state, 1, 'en', 'ledger', 'Ledger',
      'SUBJECT', created_at + (version - 1) * interval '1 hour', 'USER', 'A member', false
    FROM added, generate_series(1, $7::int) version
  )
  SELECT id FROM added`;
