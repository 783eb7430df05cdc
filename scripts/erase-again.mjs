// After the restore of a backup, erases again whom it has brought back. The list of persons is kept outside the database,
// e.g. with the backups; it has ids and no name.
//
//   LOCKSTEP_TOKEN=… node scripts/erase-again.mjs --list https://… > erased.jsonl    as often as backups are made
//   LOCKSTEP_TOKEN=… node scripts/erase-again.mjs https://… < erased.jsonl           before clients are let in
//
// The token is that of an administrator of the platform. Both can be repeated at any time.
import { createInterface } from 'node:readline';

const TENANTS =
  'query ($after: String) { page: tenants(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }';
const ERASURES = `query ($tenantId: ID!, $after: String) { page: personErasures(tenantId: $tenantId, first: 100, after: $after) {
  nodes { customerId userId } pageInfo { hasNextPage endCursor } } }`;
const ERASE =
  'mutation ($input: PersonEraseInput!) { personErase(input: $input) { userErrors { code message } } }';

const { LOCKSTEP_TOKEN: token = '' } = process.env;
const args = process.argv.slice(2);
const isList = args[0] === '--list';
const url = args.at(-1);
if (!url || url === '--list') {
  process.stderr.write('Usage: erase-again.mjs [--list] <url of the server>\n');
  process.exit(1);
}
await (isList ? printErased() : eraseAgain());

/** Prints a line for each person that was erased, or is to be. */
async function printErased() {
  for await (const { id: tenantId } of every(TENANTS, {})) {
    for await (const { customerId, userId } of every(ERASURES, { tenantId })) {
      process.stdout.write(`${JSON.stringify(customerId ? { customerId } : { userId })}\n`);
    }
  }
}

/** Asks to erase each person on the list. One whom the backup has not is no failure; any other refusal is. */
async function eraseAgain() {
  let count = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const { personErase } = await ask(ERASE, { input: JSON.parse(line) });
    const refused = personErase.userErrors.filter(({ code }) => code !== 'NOT_FOUND');
    if (refused.length > 0) throw new Error(`${line}: ${refused[0].message}`);
    count += 1;
  }
  process.stdout.write(`${count} persons of the list are erased, or being erased.\n`);
}

async function* every(query, variables) {
  for (let after = null; ; ) {
    const { page } = await ask(query, { ...variables, after });
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

async function ask(query, variables) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}
