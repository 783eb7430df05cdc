import { withErrorsInOrder } from './wall-checker.ts';

const OPAQUE = /"[\w-]{60,}"/g;
const PAGE_CURSOR = /"WyJ[\w-]+"/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** What test people's addresses and tenants' slugs end with. */
const SUFFIX = /-[0-9a-f]{8}(?=["@])/g;

/**
 * An answer as it would be in any world where the same happened: cursors and times say when, and ids are numbered as
 * they come, so that equal ones stay equal.
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
