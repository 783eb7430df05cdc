import type { Json } from '../../configuration/algebra/json.ts';
import type { Mode } from '../../configuration/algebra/settings.ts';
import type { ViewerContext } from '../../core/context.ts';
import { UserErrors } from '../../core/requests/errors.ts';
import type { Written } from '../../core/rows/transact.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { type LayerArgs, updateConfiguration } from './configuration.commands.ts';

// A typed entity is a view of some paths: it is read from the effective settings and written as settings, so it and its
// paths are the same settings at any time.

/** A field of a typed entity in an input. */
export interface TypedField {
  readonly path: string;
  /** The name of the field in the input, at which its faults are. */
  readonly field: string;
  /** Null unsets the path; undefined leaves it. */
  readonly value?: Json | undefined;
  /** The text, if the path is a secret. */
  readonly secret?: string | null | undefined;
}

/** The parts of a write that are no fields of the entity. */
interface WriteArgs {
  readonly layer: LayerArgs;
  readonly mode?: Mode | null | undefined;
  readonly unchangedSinceVersion?: number | null | undefined;
}

/** Writes fields of a typed entity into a layer, as `updateConfiguration` does; the faults are at the fields. */
export async function writeTyped(
  ctx: ViewerContext,
  { layer, mode, unchangedSinceVersion }: WriteArgs,
  fields: readonly TypedField[],
): Promise<Written<Configuration>> {
  const { scope, tenantId, businessTypeId } = layer;
  const given = fields.filter(({ value, secret }) => value !== undefined || secret !== undefined);
  const isUnset = ({ value, secret }: TypedField) => value == null && secret == null;
  const [set, unset] = [given.filter((one) => !isUnset(one)), given.filter(isUnset)];
  const input = {
    ...{ scope, tenantId, businessTypeId },
    set: set.map(({ path, value, secret }) => ({
      path,
      ...(secret != null ? { secret } : { value: value ?? null }),
      ...(mode && { mode }),
    })),
    unset: unset.map(({ path }) => path),
  };
  try {
    return await updateConfiguration(ctx, { input, unchangedSinceVersion });
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    const errors = error.errors.map((one) => ({ ...one, path: fieldPath(one.path, { set, unset }) }));
    throw new UserErrors(errors, error.current);
  }
}

/** The place of a fault in the input of a typed entity. */
function fieldPath(
  path: readonly string[],
  lists: { readonly set: readonly TypedField[]; readonly unset: readonly TypedField[] },
): readonly string[] {
  const [, list, index, part] = path;
  if (list !== 'set' && list !== 'unset') return path;
  const field = lists[list][Number(index)]?.field;
  if (part === 'mode') return ['input', 'mode'];
  return field === undefined ? ['input'] : ['input', field];
}
