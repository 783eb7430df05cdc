import type { User } from '../../generated/prisma/client.ts';
import type { ActorKind } from '../../generated/prisma/enums.ts';
import { isPlatformRole, type Viewer } from '../rights/viewer.ts';

/** The author of a change: a person, an integration's token, or the system itself. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string | null;
  readonly name: string;
  /** Whether it belongs to the platform's staff; which user it is, only that staff gets to know. */
  readonly isOfPlatform: boolean;
}

/** Names a user, or the API token by which it acts, as the author of changes. */
export function actorOf({
  userId,
  name,
  role,
  apiToken,
}: Pick<Viewer, 'userId' | 'name' | 'role' | 'apiToken'>): Actor {
  const isOfPlatform = isPlatformRole(role);
  if (apiToken) return { kind: 'API_TOKEN', id: apiToken.id, name: apiToken.name, isOfPlatform };
  return { kind: 'USER', id: userId, name, isOfPlatform };
}

/** Names a user without a session, e.g. one whom the link in an e-mail has proved, as the author of changes. */
export function linkedActor({ id, name, role }: Pick<User, 'id' | 'name' | 'role'>): Actor {
  return { kind: 'USER', id, name, isOfPlatform: isPlatformRole(role) };
}

/** Whether a viewer may not know which user of the platform's staff an actor is. */
export function isHiddenFrom({ role }: Viewer, { isOfPlatform }: Pick<Actor, 'isOfPlatform'>): boolean {
  return isOfPlatform && !isPlatformRole(role);
}

/** The author of the changes that erase a person. */
export const ERASURE: Actor = { kind: 'SYSTEM', id: null, name: 'erasure', isOfPlatform: false };

/** Whether a change erased a person: no viewer is shown the values before it. */
export function isErasure({ kind, name }: Pick<Actor, 'kind' | 'name'>): boolean {
  return kind === ERASURE.kind && name === ERASURE.name;
}

/** Names a part of the system as the author of changes. */
export function systemActor(name: string): Actor {
  return { kind: 'SYSTEM', id: null, name, isOfPlatform: false };
}
