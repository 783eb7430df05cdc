import type { Json } from '../../configuration/algebra/json.ts';
import { CATALOGUE, type KnownPath } from '../../configuration/catalogue/catalogue.ts';
import { isSecretValue } from '../../configuration/catalogue/secret-path.ts';
import { type Document, documentAt } from '../../configuration/layers/document.ts';
import { effectiveSettings } from '../../configuration/layers/effective-settings.ts';
import { secretFacts } from '../../configuration/layers/layer-secrets.ts';
import type { Context } from '../../core/context.ts';
import type { Change } from '../../core/rows/change.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import type { CommandArg } from '../../graph/commands/command-field.ts';
import { layersOfVersion } from './patch.ts';

/** The paths of a typed entity by the names of its fields. */
export type FieldPaths = Readonly<Record<string, string>>;

/** The paths that a typed entity shows. */
function entriesOf(fields: FieldPaths): readonly KnownPath[] {
  const paths = Object.values(fields);
  return CATALOGUE.filter(({ path }) => paths.includes(path));
}

/** Reads the settings of a typed entity as they act on a tenant, or on a user in it. */
export async function readTyped(
  { db }: Pick<Context, 'db'>,
  fields: FieldPaths,
  tenantId: string,
  userId?: string,
): Promise<Document> {
  return (await effectiveSettings(db, tenantId, userId, entriesOf(fields))).document;
}

/** Reads the settings of a typed entity as a version of a layer has them. */
export async function typedInVersion(
  { db }: Pick<Context, 'db'>,
  fields: FieldPaths,
  { image }: Pick<Change, 'image'>,
): Promise<Document> {
  return documentAt(db, await layersOfVersion(db, image as Configuration & typeof image), entriesOf(fields));
}

/** Reads the settings that a write has left: those of its tenant or user; null for a layer above tenants. */
export async function typedAfter(
  ctx: Pick<Context, 'db'>,
  fields: FieldPaths,
  done: Configuration | null,
): Promise<Document | null> {
  return done?.tenantId ? readTyped(ctx, fields, done.tenantId, done.userId ?? undefined) : null;
}

/** The value of a path in a document. */
export function valueIn<Value extends Json>(document: Document, path: string): Value {
  return document.get(path)?.value as Value;
}

/** The names of the fields whose paths a layer above has locked. */
export function lockedFields(document: Document, fields: FieldPaths): string[] {
  return Object.entries(fields).flatMap(([field, path]) => (document.get(path)?.isLocked ? [field] : []));
}

/** Reads the known part of the secret of a path; null if none is set. */
export async function secretIn({ db }: Pick<Context, 'db'>, document: Document, path: string) {
  const value = document.get(path)?.value;
  if (!isSecretValue(value)) return null;
  return (await secretFacts(db, [value.version])).get(value.version) ?? null;
}

/** Tells whether a version changed what all users may read of a typed entity. */
export function changedForUsers(fields: FieldPaths) {
  const paths = Object.values(fields);
  return (before: Configuration | null, after: Configuration): boolean =>
    after.memberChanges !== (before?.memberChanges ?? 0) &&
    after.memberPaths.some((path) => paths.includes(path));
}

/** Tells whether a version changed a path of a typed entity. */
export function changedForStaff(fields: FieldPaths) {
  const paths = Object.values(fields);
  return (_before: Configuration | null, after: Configuration): boolean =>
    after.paths.some((path) => paths.includes(path));
}

/** The argument by which a write conflicts with writes of the same paths. */
export function unchangedSinceArg(arg: CommandArg) {
  return arg.int({
    description:
      'The version of the layer that the client knows, 0 for none. Refused with VERSION_CONFLICT if one of the named fields was written since.',
  });
}
