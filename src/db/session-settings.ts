import type { ClientBase } from 'pg';

/**
 * Makes a new session count time in UTC and compile no statements. Prisma writes and reads times without a zone and takes
 * them for UTC, but server, database and role can have another one: PostgreSQL takes that of the machine on which it is set
 * up. To compile a statement with LLVM can take PostgreSQL some hundred milliseconds; the statements of the server are
 * bounded in rows or read in slices, and save less.
 */
export async function setUpSession(client: ClientBase): Promise<void> {
  await client.query("SET TIME ZONE 'UTC'; SET jit = off");
}
