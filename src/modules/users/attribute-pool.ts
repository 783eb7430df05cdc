import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attribute } from '../../generated/prisma/client.ts';
import { readEntry, valueOfType } from '../attributes/attribute-entries.terms.ts';
import { attributesByName, attributesUsableIn } from '../attributes/attributes.access.ts';
import { attributeEntity } from '../attributes/attributes.changes.ts';

/**
 * Reads what the pools say of the attributes that a user of a tenant is to be given, and keeps it so until the
 * transaction ends. Call it before the user is locked: the removal of an attribute locks the attribute first, and then
 * the users who hold it.
 */
export async function keepPool(
  tx: Transaction,
  tenantId: string | null,
  entries: readonly string[],
): Promise<ReadonlyMap<string, Attribute>> {
  const names = entries.map((entry) => readEntry(entry).name);
  const found = await tx.db.attribute.findMany({
    where: toPrismaWhere({ AND: [attributesUsableIn(tenantId), { name: { in: names } }] }),
    orderBy: { id: 'asc' },
  });
  const kept: Attribute[] = [];
  for (const attribute of found)
    if (await tx.lockAgainstDelete(attributeEntity, attribute.id)) kept.push(attribute);
  return attributesByName(kept);
}

/**
 * Refuses entries whose value does not fit the type that the pool gives their name, and a second one of such a name in
 * what the user will hold. A name in no pool may stand for anything.
 */
export function requireFitting(
  pool: ReadonlyMap<string, Attribute>,
  { added, all }: { readonly added: readonly string[]; readonly all: readonly string[] },
  ...path: string[]
): void {
  const faults = added.flatMap((text): UserError[] => {
    const entry = readEntry(text);
    const attribute = pool.get(entry.name);
    const fault = attribute && faultOf(attribute, text, all);
    return fault ? [userError(fault, path)] : [];
  });
  if (faults.length > 0) throw new UserErrors(faults);
}

const ENTRY = sentences('INVALID_INPUT', {
  BOOLEAN_ENTRY:
    'The attribute {name} is of the type BOOLEAN: it has no value, so it is written as the name alone.',
  STRING_ENTRY: 'The attribute {name} is of the type STRING: it is written as name=text.',
  NUMBER_ENTRY:
    'The attribute {name} is of the type NUMBER: it is written as name=number, e.g. clearance=3 or ratio=-0.5.',
  DATE_TIME_ENTRY:
    'The attribute {name} is of the type DATE_TIME: it is written as name=time, a date that exists and a time with an offset, e.g. until=2026-05-02T16:20:00Z.',
  ONE_VALUE_ONLY: 'The attribute {name} has one value only: remove {others} first.',
});

function faultOf(
  { name, valueType }: Attribute,
  text: string,
  all: readonly string[],
): Fault<'INVALID_INPUT'> | undefined {
  if (valueOfType(valueType, readEntry(text)) === undefined) {
    return ENTRY[`${valueType}_ENTRY`]({ name });
  }
  const others = all.filter((other) => other !== text && readEntry(other).name === name);
  return others.length > 0 ? ENTRY.ONE_VALUE_ONLY({ name, others: others.join(', ') }) : undefined;
}
