import type { IncomingMessage } from 'node:http';
import { type Fault, type RequestErrorCode, sentences } from '../../core/requests/fault.ts';
import { csvRows } from './csv-rows.ts';
import type { ReadRows } from './file-lines.ts';
import { jsonRows } from './json-rows.ts';

const PARAMETER = sentences('BAD_USER_INPUT', {
  NO_IMPORT_FORMAT: 'The "format" is one of {values}.',
  NO_IMPORT_PARAMETER: 'Imports have no parameter "{name}"; they take {names}.',
  IMPORT_PARAMETER_TWICE: 'The parameter "{name}" is there twice.',
  NO_IMPORT_FLAG: 'The "{name}" is true or false.',
});

const FORMATS: ReadonlyMap<string, ReadRows> = new Map([
  ['csv', csvRows],
  ['jsonl', jsonRows],
]);
const NAMES = ['tenantId', 'format', 'dryRun', 'idempotencyKey'];
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** An import, as a request asks for it. */
export interface AskedImport {
  readonly format: ReadRows;
  readonly formatName: string;
  readonly tenantId: string | null;
  readonly isDryRun: boolean;
  readonly key: string | null;
}

/** The parameters of a request, or the fault of the first one that is wrong. */
export function askedImport({
  url = '',
}: IncomingMessage): AskedImport | { readonly fault: Fault<RequestErrorCode> } {
  const search = new URLSearchParams(url.split('?')[1]);
  for (const given of search.keys()) {
    const name = given.slice(0, 100);
    if (!NAMES.includes(given))
      return { fault: PARAMETER.NO_IMPORT_PARAMETER({ name, names: NAMES.join(', ') }) };
    if (search.getAll(given).length > 1) return { fault: PARAMETER.IMPORT_PARAMETER_TWICE({ name }) };
  }
  const formatName = search.get('format') ?? 'csv';
  const format = FORMATS.get(formatName);
  if (!format) return { fault: PARAMETER.NO_IMPORT_FORMAT({ values: [...FORMATS.keys()].join(', ') }) };
  const isDryRun = FLAGS.get(search.get('dryRun') ?? 'false');
  if (isDryRun === undefined) return { fault: PARAMETER.NO_IMPORT_FLAG({ name: 'dryRun' }) };
  return {
    format,
    formatName,
    tenantId: search.get('tenantId'),
    isDryRun,
    key: search.get('idempotencyKey'),
  };
}
