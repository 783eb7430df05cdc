import type { ClientBase } from 'pg';

/**
 * Makes a new session count time in UTC. Prisma writes and reads times without a zone and takes them for UTC, but server,
 * database and role can have another one: PostgreSQL takes that of the machine on which it is set up.
 */
export async function inUtc(client: ClientBase): Promise<void> {
  await client.query("SET TIME ZONE 'UTC'");
}
