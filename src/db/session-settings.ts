import type { ClientBase } from 'pg';

/**
 * Makes a new session count time in UTC and compile no statements. Prisma writes and reads times without a zone and takes
 * them for UTC, but server, database and role can have another one: PostgreSQL takes that of the machine on which it is set
 * up. To compile a statement with LLVM takes PostgreSQL up to some hundred milliseconds, more than any statement of the
 * server saves by it: all of them read few rows.
 */
export async function setUpSession(client: ClientBase): Promise<void> {
  await client.query("SET TIME ZONE 'UTC'; SET jit = off");
}
