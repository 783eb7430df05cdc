import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';

// Runs as a separate process until it is killed.
const { pool } = await startEmbeddedPostgres(process.argv[2] ?? '');
await pool.query('CREATE TABLE written (n int PRIMARY KEY)');
for (let n = 1; ; n++) {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO written VALUES ($1)', [n]);
  await client.query('COMMIT');
  client.release();
  process.stdout.write(`${n}\n`);
}
