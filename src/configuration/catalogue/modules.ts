import { MODULE_NAMES, type ModuleName, neededBy } from '../../core/rights/modules.ts';
import type { Json } from '../algebra/json.ts';
import { CATALOGUE, type KnownPath } from './catalogue.ts';

/** The path that says whether a tenant has a module. */
export function pathOf(module: ModuleName): string {
  return `modules.${module}.enabled`;
}

/** The paths of all modules. */
export const MODULE_PATHS: readonly KnownPath[] = CATALOGUE.filter(({ type }) => type === 'MODULES');

/** The modules that one of some paths is about, and those that need them. */
export function modulesAbout(paths: readonly string[]): readonly ModuleName[] {
  return MODULE_NAMES.filter((module) =>
    [module, ...neededBy(module)].some((one) => paths.includes(pathOf(one))),
  );
}

/**
 * Finds the modules that a tenant has by its effective settings: a module is on if its own path and those of all that it
 * needs say so. Its own setting stays as it is, and acts again with what it needs.
 */
export function enabledModules(
  document: ReadonlyMap<string, { readonly value: Json }>,
): ReadonlySet<ModuleName> {
  const saysOn = (module: ModuleName) => document.get(pathOf(module))?.value !== false;
  return new Set(MODULE_NAMES.filter((module) => [module, ...neededBy(module)].every(saysOn)));
}
