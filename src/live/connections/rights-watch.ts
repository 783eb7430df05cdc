import type { Change, RightsChange } from '../../core/rows/change.ts';
import type { ClientConnection } from './client-connection.ts';

/**
 * Finds the connections whose rights a change alters. A tail applies each change here before subscriptions can read it.
 * So no change is delivered under rights that were withdrawn before it: the log itself gives the order.
 */
export class RightsWatch {
  readonly #connections = new Map<string, Set<ClientConnection>>();

  /** Watches a signed-in connection until the returned function is called. */
  add(connection: ClientConnection): () => void {
    const keys = keysOf(connection);
    for (const key of keys) {
      const connections = this.#connections.get(key) ?? new Set();
      this.#connections.set(key, connections.add(connection));
    }
    return () => {
      for (const key of keys) {
        const connections = this.#connections.get(key);
        connections?.delete(connection);
        if (connections?.size === 0) this.#connections.delete(key);
      }
    };
  }

  /** Has every connection that the change concerns read its rights again; done when this node holds no old right. */
  async apply({ rights }: Change): Promise<void> {
    if (!rights) return;
    const concerned = new Set<ClientConnection>();
    for (const key of Object.entries(rights).flatMap(([kind, ids]) =>
      [ids].flat().map((id) => `${kind}:${id}`),
    )) {
      for (const connection of this.#connections.get(key) ?? []) concerned.add(connection);
    }
    await Promise.all([...concerned].map((connection) => connection.refresh()));
  }
}

function keysOf({ viewer, sessionId }: ClientConnection): string[] {
  if (!viewer) return [];
  const ids: RightsChange = {
    everyone: true,
    user: viewer.userId,
    ...(sessionId && { session: sessionId }),
    ...(viewer.tenantId && { tenant: viewer.tenantId }),
    ...(viewer.organizationId && { organization: viewer.organizationId }),
  };
  return Object.entries(ids).map(([kind, id]) => `${kind}:${id}`);
}
