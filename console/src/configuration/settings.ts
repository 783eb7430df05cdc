import { graphql } from '../gql/gql.ts';
import type { ConfigTreeQuery } from '../gql/graphql.ts';

/** Every path with its effective value, and what the levels have contributed. */
export const TREE = graphql(`
  query ConfigTree($tenantId: ID) {
    configCatalogue { path type description schema default isSecret settableAt modes }
    effectiveConfig(tenantId: $tenantId) {
      version
      settings {
        path
        value
        scope
        version
        mode
        isLocked
        secret { setAt setBy { id name } }
        optOut { id }
        contributions { scope version mode standing value valueWithout }
      }
    }
  }
`);

export type CatalogueEntry = NonNullable<ConfigTreeQuery['configCatalogue']>[number];
export type EffectiveSetting = NonNullable<ConfigTreeQuery['effectiveConfig']>['settings'][number];

/** A path with its setting. */
export interface Setting {
  readonly entry: CatalogueEntry;
  readonly effective: EffectiveSetting;
}

/** Joins the catalogue with what acts, in the order of the paths. */
export function settingsOf({ configCatalogue, effectiveConfig }: ConfigTreeQuery): readonly Setting[] {
  const found = new Map(effectiveConfig?.settings.map((setting) => [setting.path, setting]));
  return (configCatalogue ?? [])
    .flatMap((entry) => {
      const effective = found.get(entry.path);
      return effective ? [{ entry, effective }] : [];
    })
    .toSorted((one, other) => one.entry.path.localeCompare(other.entry.path));
}
