import type { Viewer } from './viewer.ts';

/**
 * Everything about a viewer that may alter what it is shown. Viewers of one audience are shown the same bytes, so
 * what is made for one of them is made for all.
 */
export interface Audience {
  /** Equal for equal audiences, and for no others. */
  readonly key: string;
  /** A viewer of which nothing can be read that the key does not hold. */
  readonly viewer: Viewer;
}

/** Says that something depends on who the viewer is although it was to be made for a whole audience. */
export class OutsideAudience extends Error {
  override readonly name = 'OutsideAudience';

  constructor(property: string) {
    super(`viewer.${property} was read, which is no part of the audience`);
  }
}

/** The audience of a viewer; a personal one is the viewer's own, for what depends on who the viewer is. */
export function audienceOf(viewer: Viewer, isPersonal: boolean): Audience {
  const { role, permissions, tenantId, organizationId, customerId, reach } = viewer;
  const shared = [role, [...permissions].sort(), tenantId, organizationId, customerId, reach];
  const { userId, name, rightsVersion, homeFeed } = viewer;
  if (isPersonal) return { key: JSON.stringify([...shared, userId, name, rightsVersion, homeFeed]), viewer };
  return { key: JSON.stringify(shared), viewer: anyOf(viewer) };
}

/** By construction, not by care: what is not in the key cannot be read. */
function anyOf({ role, permissions, tenantId, organizationId, customerId, reach }: Viewer): Viewer {
  return Object.freeze({
    role,
    permissions,
    tenantId,
    organizationId,
    customerId,
    reach,
    get userId(): string {
      throw new OutsideAudience('userId');
    },
    get name(): string {
      throw new OutsideAudience('name');
    },
    get rightsVersion(): number {
      throw new OutsideAudience('rightsVersion');
    },
    // Which feed is read was decided before; what is told of a change depends on it no more.
    get homeFeed(): string {
      throw new OutsideAudience('homeFeed');
    },
  });
}
