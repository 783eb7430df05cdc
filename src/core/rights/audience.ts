import { createHash } from 'node:crypto';
import type { Viewer } from './viewer.ts';

/**
 * Says for each property of a viewer whether the viewers of one audience share it, or whether it says who the viewer
 * is. An audience's key and its viewer both come from this table, so they cannot disagree. A new property of viewers
 * does not compile before it is in the table.
 */
const PROPERTIES = {
  role: 'SHARED',
  permissions: 'SHARED',
  tenantId: 'SHARED',
  organizationId: 'SHARED',
  customerId: 'SHARED',
  reach: 'SHARED',
  sharing: 'SHARED',
  modulesOff: 'SHARED',
  userId: 'OWN',
  name: 'OWN',
  rightsVersion: 'OWN',
  // They are in `permissions` already.
  ownPermissions: 'OWN',
  templates: 'OWN',
  // The feed is chosen before a change is rendered, and the rendering does not depend on it.
  homeFeed: 'OWN',
  // `permissions` are narrowed to those of the token already.
  apiToken: 'OWN',
} as const satisfies Readonly<Record<keyof Viewer, 'SHARED' | 'OWN'>>;

const ALL = Object.keys(PROPERTIES) as (keyof Viewer)[];
const SHARED = ALL.filter((property) => PROPERTIES[property] === 'SHARED');

/**
 * Everything about a viewer that may affect what it is shown. Viewers of one audience receive the same bytes: a payload
 * that is rendered for one of them serves all.
 */
export interface Audience {
  /** Equal for equal audiences, and for no others. */
  readonly key: string;
  /**
   * Eight bytes of a hash of what viewers share, in hexadecimal: the same on every node and after every restart. A cursor
   * says by it for which rights a client has its rows; who the viewer is does not change.
   */
  readonly fingerprint: string;
  /** A viewer from which nothing can be read that is not in the key. */
  readonly viewer: Viewer;
}

/** Thrown when a result that is rendered for a whole audience depends on who the viewer is. */
export class OutsideAudience extends Error {
  override readonly name = 'OutsideAudience';

  constructor(property: string) {
    super(`viewer.${property} was read, which is not part of the audience`);
  }
}

/** Returns the audience of a viewer. A personal audience is the viewer's own, for results that depend on who it is. */
export function audienceOf(viewer: Viewer, isPersonal: boolean): Audience {
  const shared = keyOf(viewer, SHARED);
  const fingerprint = createHash('sha256').update(shared).digest('hex').slice(0, 16);
  return isPersonal
    ? { key: keyOf(viewer, ALL), fingerprint, viewer }
    : { key: shared, fingerprint, viewer: anyViewerLike(viewer) };
}

function keyOf(viewer: Viewer, properties: readonly (keyof Viewer)[]): string {
  return JSON.stringify(
    properties.map((property) => viewer[property]),
    sorted,
  );
}

/** Sets have no order, but the texts of equal keys are equal. */
function sorted(_name: string, value: unknown): unknown {
  return value instanceof Set ? [...value].sort() : value;
}

/** Makes a viewer with the shared properties only. Reading any other one throws OutsideAudience. */
function anyViewerLike(viewer: Viewer): Viewer {
  const any = {} as Viewer;
  for (const property of ALL) {
    const isShared = PROPERTIES[property] === 'SHARED';
    Object.defineProperty(any, property, {
      enumerable: true,
      ...(isShared ? { value: viewer[property] } : { get: () => refuse(property) }),
    });
  }
  return Object.freeze(any);
}

function refuse(property: string): never {
  throw new OutsideAudience(property);
}
