import { withErrorsInOrder } from './wall-checker.ts';

const OPAQUE = /"[\w-]{60,}"/g;
const PAGE_CURSOR = /"WyJ[\w-]+"/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** The endings of test users' addresses and tenants' slugs. */
const SUFFIX = /-[0-9a-f]{8}(?=["@])/g;

/**
 * The answer without the parts that differ between two worlds with the same history: cursors and times are replaced by
 * marks, and ids are numbered in the order in which they appear, so that equal ids remain equal.
 */
export function sameButForIds(answer: string): string {
  const numbers = new Map<string, number>();
  return withErrorsInOrder(answer)
    .replace(OPAQUE, '"<cursor>"')
    .replace(PAGE_CURSOR, '"<page>"')
    .replace(TIME, '<time>')
    .replace(UUID, (id) => {
      const number = numbers.get(id) ?? numbers.size + 1;
      numbers.set(id, number);
      return `<id ${number}>`;
    })
    .replace(SUFFIX, '-<suffix>');
}
