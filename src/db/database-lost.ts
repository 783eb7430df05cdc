import { z } from 'zod';

/** PostgreSQL ends or starts (57P01 to 57P03), has no connection left (53300), or a connection failed (08…). */
const SQLSTATE = /^(57P0[123]|53300|08...)$/;
/** The network: Node's codes of a connection that cannot be opened, or breaks. */
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EAI_AGAIN',
];
/** The same in Prisma's words. */
const KINDS = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'];
/** pg's errors of a connection that ends have no code. */
const MESSAGES = ['Connection terminated unexpectedly', 'Connection terminated'];

const code = z.string().refine((value) => SQLSTATE.test(value) || NETWORK.includes(value));
const cause = z.union([z.object({ originalCode: code }), z.object({ kind: z.enum(KINDS) })]);

/** Prisma wraps the errors of statements, but not those of COMMIT; pg's own are those of other readers. */
const lost = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause }) }) }),
  z.object({ cause }),
  z.object({ code }),
  z.object({ message: z.enum(MESSAGES) }),
]);

/**
 * Tells whether a statement failed because its connection to the database broke or none could be opened: the same
 * statement may succeed a little later.
 */
export function isDatabaseLost(error: unknown): boolean {
  return lost.safeParse(error).success;
}
