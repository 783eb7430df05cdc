import type { Change, RightsChange } from '../core/change.ts';
import type { ClientConnection } from './client-connection.ts';

/**
 * Finds the connections whose rights a change alters. The tail of a feed asks it before it lets anybody have the
 * change, so nothing behind a change of rights is ever delivered under the old ones: the log itself says when.
 */
export class RightsWatch {
  readonly #connections = new Map<string, Set<ClientConnection>>();

  /** Watches a signed-in connection until the returned function is called. */
  add(connection: ClientConnection): () => void {
    const keys = keysOf(connection);
    for (const key of keys) {
      const group = this.#connections.get(key) ?? new Set();
      this.#connections.set(key, group.add(connection));
    }
    return () => {
      for (const key of keys) {
        const group = this.#connections.get(key);
        group?.delete(connection);
        if (group?.size === 0) this.#connections.delete(key);
      }
    };
  }

  /** Has the rights of everyone concerned read again; done when no old right is left on this node. */
  async apply({ rights }: Change): Promise<void> {
    if (!rights) return;
    const concerned = new Set<ClientConnection>();
    for (const [kind, id] of Object.entries(rights)) {
      for (const connection of this.#connections.get(`${kind}:${id}`) ?? []) concerned.add(connection);
    }
    await Promise.all([...concerned].map((connection) => connection.refresh()));
  }
}

function keysOf({ viewer, sessionId }: ClientConnection): string[] {
  if (!viewer) return [];
  const ids: RightsChange = {
    user: viewer.userId,
    ...(sessionId && { session: sessionId }),
    ...(viewer.tenantId && { tenant: viewer.tenantId }),
    ...(viewer.organizationId && { organization: viewer.organizationId }),
  };
  return Object.entries(ids).map(([kind, id]) => `${kind}:${id}`);
}
