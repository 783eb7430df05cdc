import { CATALOGUE, type KnownPath } from '../../configuration/catalogue/catalogue.ts';
import type { ConfigurationType } from '../../configuration/catalogue/catalogue-path.ts';
import { modulesAbout } from '../../configuration/catalogue/modules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { readableBy } from './patch.ts';

/**
 * The GraphQL types whose objects show settings of a configuration type that all users, or only staff, may read, beside
 * `EffectiveConfig`, which shows all.
 */
const SHOWN_BY: Readonly<
  Record<ConfigurationType, Readonly<Record<KnownPath['readers'], readonly string[]>>>
> = {
  MODULES: { USERS: ['Module'], STAFF: [] },
  AUTH: { USERS: [], STAFF: ['AuthProvider'] },
  // The permissions of users follow from templates.
  PERMISSIONS: { USERS: [], STAFF: ['PermissionTemplate', 'User', 'Viewer'] },
  BUSINESS: { USERS: [], STAFF: [] },
  NOTIFICATIONS: { USERS: ['NotificationPreferences'], STAFF: ['NotificationProvider'] },
  BRANDING: { USERS: ['Branding'], STAFF: [] },
};

/**
 * Names the GraphQL types that a client should refetch after a version of a layer, sorted: those that show one of the paths
 * it changed and the viewer may read, and of a module those of its entities, whose rows come or go with it.
 */
export function typesToRefetch({ paths }: Configuration, viewer: Viewer): readonly string[] {
  const changed = CATALOGUE.filter(readableBy(viewer)).filter(({ path }) => paths.includes(path));
  if (changed.length === 0) return [];
  const names = [
    'EffectiveConfig',
    ...changed.flatMap(({ type, readers }) => SHOWN_BY[type][readers]),
    ...entitiesOfModules(changed),
  ];
  return [...new Set(names)].toSorted();
}

function entitiesOfModules(changed: readonly KnownPath[]): readonly string[] {
  const modules = modulesAbout(changed.map(({ path }) => path));
  const isOfThem = (name: string) => modules.some((module) => module === rooms.moduleOf(name));
  return [...rooms.entities.keys()].filter(isOfThem);
}
