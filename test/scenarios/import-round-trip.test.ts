import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Person } from '../support/person.ts';
import { importFile } from '../support/sent-file.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, hooli, ada, gil } = await aStage(
  {
    acme: { ada: 'TENANT_ADMIN' },
    globex: { gil: 'TENANT_ADMIN' },
    hooli: {},
  },
  { REQUESTS_PER_SECOND: '1000' },
);
const { root } = installation;
const COLUMNS = 'externalId,company,contactName,email,phone,status,kind,internalNotes';
const BY_ID = JSON.stringify({ field: 'EXTERNAL_ID', direction: 'ASC' });

async function exported(person: Person, parameters: Record<string, string>): Promise<string> {
  const search = new URLSearchParams({ list: 'customers', columns: COLUMNS, orderBy: BY_ID, ...parameters });
  const answer = await fetch(`${person.url}/exports/list?${search}`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

const TEXTS = [
  '=1+1',
  "'x",
  "''x",
  '+49 30 1',
  '-',
  '-5',
  '"a;b"',
  'a,b',
  'a"b',
  '＝1',
  '@x',
  'Zoë 🙂',
  'Alder',
];

test('10,000 customers that are imported and exported are the same file, byte for byte', async () => {
  const cell = (text: string) => {
    const guarded = /^['=+\-@]/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  const rows = Array.from({ length: 10_000 }, (_, index) => {
    const id = `N${String(index).padStart(6, '0')}`;
    const company = cell(TEXTS[index % TEXTS.length] ?? '');
    const kind = index % 3 === 0 ? 'INDIVIDUAL' : 'COMPANY';
    const notes = index % 5 === 0 ? cell(`line one\nline "two" of ${index}`) : '';
    return `${id},${company},,c${index}@x.test,,ACTIVE,${kind},${notes}`;
  });
  const file = `${[COLUMNS, ...rows].join('\n')}\n`;
  const { job } = await importFile(ada, acme.id, file);
  expect(job).toMatchObject({ total: 10_000, succeededCount: 10_000, failedCount: 0 });
  expect(await exported(ada, {})).toBe(file);
}, 600_000);

/** A text that a customer may have: in the one spelling in which texts are stored. */
const company = fc
  .oneof(
    fc.constantFrom(...TEXTS),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.tuple(fc.constantFrom(...'=+-@\'";,'), fc.string({ maxLength: 10 })).map((parts) => parts.join('')),
  )
  .map((text) => `${text}.`.normalize('NFC').trim())
  .filter((text) => !/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u.test(text));
const notes = fc.option(
  fc
    .array(fc.oneof(company, fc.constantFrom('\n', '\r', '\r\n', '\t', '"', '""', ';', ',')), {
      maxLength: 6,
    })
    .map((parts) => parts.join('').normalize('NFC').trim())
    .map((text) => (text === '' ? null : `${text}!`)),
);
const customers = fc.array(fc.record({ company, internalNotes: notes }), { minLength: 1, maxLength: 25 });

test('random customers survive export and import, in both formats and from one to the other', async () => {
  await fc.assert(
    fc.asyncProperty(customers, fc.uuid(), async (made, run) => {
      const filter = JSON.stringify({ externalId: { contains: run } });
      const rows = made.map((one, index) => ({
        externalId: `${run}-${String(index).padStart(3, '0')}`,
        ...one,
      }));
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      const columns = 'externalId,company,internalNotes';
      const first = await importFile(gil, globex.id, lines, { format: 'jsonl' });
      expect(first.lines.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'CREATED'));
      expect(await exported(gil, { format: 'jsonl', columns, filter })).toBe(lines);
      const csv = await exported(gil, { columns, filter });
      const second = await importFile(root, hooli.id, csv);
      expect(second.lines.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'CREATED'));
      expect(await exported(root, { tenantId: hooli.id, columns, filter })).toBe(csv);
      expect(await exported(root, { tenantId: hooli.id, format: 'jsonl', columns, filter })).toBe(lines);
    }),
    { numRuns: 12 },
  );
}, 300_000);
