import type { ConfigVersion, SyncRule } from '../../generated/prisma/client.ts';

/** The rule that decided a path, as it was then. */
export type Cause = { readonly ruleId: string; readonly ruleVersion: number };

/** The rules that decided paths of a version of a layer, by path. Of what a person wrote there is none. */
export type Causes = Readonly<Record<string, Cause>>;

/** Names a rule as a cause. */
export function causeOf({ id, version }: Pick<SyncRule, 'id' | 'version'>): Cause {
  return { ruleId: id, ruleVersion: version };
}

/** The causes of a version of a layer. */
export function causesOf({ causes }: Pick<ConfigVersion, 'causes'>): Causes {
  return causes as unknown as Causes;
}
