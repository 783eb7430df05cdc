import type { Credentials, Identity } from '../../core/rights/identity.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { ClientConnection, type RegisterConnection } from '../../live/connections/client-connection.ts';

/** A webhook ends when it is stopped, and not at a time. */
const NEVER = new Date(8.64e15);

/**
 * Opens a connection of the maker of a webhook, under the rights that it has now and with every change of them, as a socket
 * of it. Throws UNAUTHENTICATED if the maker, or its API token, may no longer act.
 */
export async function connectMaker(
  identity: Identity,
  register: RegisterConnection,
  { makerId, apiTokenId }: Pick<Webhook, 'makerId' | 'apiTokenId'>,
  ip: string | null,
): Promise<ClientConnection> {
  const credentials: Credentials = { userId: makerId, sessionId: apiTokenId, expiresAt: NEVER };
  const asMaker: Identity = {
    verify: async () => credentials,
    viewer: (who) => identity.viewer(who),
    acting: (who) => identity.acting(who),
  };
  const connection = new ClientConnection(asMaker, register, ip);
  try {
    await connection.authenticate('');
    await connection.keep();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
