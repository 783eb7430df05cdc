import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLATFORM_ADMIN } from '../test/support/app.ts';
import { announce, linkTo } from '../test/support/attached.ts';
import { signIn } from '../test/support/installation.ts';
import { mutate } from '../test/support/mutate.ts';
import { Person } from '../test/support/person.ts';
import { listening, Programs } from '../test/support/program.ts';
import { atMost, type Findings } from './findings.ts';
import { type Row, toTable } from './support/table.ts';

const MIB = 1_024 * 1_024;
const SIZE = 1_024 * MIB;
const CHUNK = Buffer.alloc(MIB, 'x');
/** Between two looks at the memory. */
const LOOK_MS = 50;
/** The memory that a file may add while it passes through. */
const LIMIT_MIB = 64;

/** Measures the memory of a server while a file of 1 GiB passes through it, up and down; on Linux, which tells it. */
export async function measureAttachments(): Promise<Findings> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-bench-files-'));
  const programs = new Programs(dataDir);
  try {
    const settings = { ADMIN_EMAIL: PLATFORM_ADMIN.email, ADMIN_PASSWORD: PLATFORM_ADMIN.password };
    const program = programs.start({ ...settings, MAX_ATTACHMENT_BYTES: String(SIZE) });
    const root = await aClientOf(await listening(program));
    const customerId = await aCustomer(root);
    const pid = program.pid ?? 0;
    // The first file loads the libraries.
    await upload(root, customerId, MIB);
    const up = await watched(pid, () => upload(root, customerId, SIZE - MIB));
    const link = await linkTo(root, up.value);
    const down = await watched(pid, () => download(`${root.url}${link}`));
    return findingsOf(up, down);
  } finally {
    await programs.killAll();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function aClientOf(url: string): Promise<Person> {
  return new Person(url, await signIn(url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password));
}

async function aCustomer(root: Person): Promise<string> {
  const made = async (name: string, id: string, input: object) =>
    (await mutate(root, name, { input }, id))[id];
  const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
  const tenantId = await made('tenantCreate', 'tenantId', { organizationId, name: 'Acme', slug: 'acme' });
  const contact = { contactName: 'Ada', email: 'ada@alder.test' };
  return made('customerCreate', 'customerId', { tenantId, company: 'Alder', ...contact });
}

async function upload(root: Person, customerId: string, sizeBytes: number): Promise<string> {
  const id = await announce(root, { customerId, name: 'large.txt', sizeBytes });
  let left = sizeBytes / MIB;
  const body = new ReadableStream({
    pull: (controller) => {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(CHUNK);
    },
  });
  const headers = { authorization: `Bearer ${root.token}` };
  const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
  const answer = await fetch(`${root.url}/attachments?id=${id}`, init);
  if (answer.status !== 201) throw new Error(`The file was refused: ${await answer.text()}`);
  return id;
}

async function download(url: string): Promise<void> {
  const answer = await fetch(url);
  let received = 0;
  for await (const chunk of answer.body ?? []) received += chunk.length;
  if (received !== SIZE - MIB) throw new Error(`${received} bytes came back.`);
}

interface Watched<Value> {
  readonly value: Value;
  readonly seconds: number;
  /** The resident memory before, and the most during the work, in MiB. */
  readonly before: number;
  readonly most: number;
}

async function watched<Value>(pid: number, work: () => Promise<Value>): Promise<Watched<Value>> {
  const before = await residentMiB(pid);
  let most = before;
  const looking = setInterval(() => {
    void residentMiB(pid).then((now) => {
      most = Math.max(most, now);
    });
  }, LOOK_MS);
  const began = performance.now();
  try {
    const value = await work();
    return { value, seconds: (performance.now() - began) / 1_000, before, most };
  } finally {
    clearInterval(looking);
  }
}

async function residentMiB(pid: number): Promise<number> {
  const kib = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1_024;
}

function findingsOf(up: Watched<unknown>, down: Watched<unknown>): Findings {
  const row = (what: string, { seconds, before, most }: Watched<unknown>): Row => [
    what,
    seconds.toFixed(1),
    before.toFixed(0),
    most.toFixed(0),
  ];
  const measured = Math.max(up.most - up.before, down.most - down.before);
  const figures = { up: { ...up, value: null }, down: { ...down, value: null } };
  return {
    goals: [atMost(LIMIT_MIB, 'MiB', { row: null, what: 'memory that a file of 1 GiB adds', measured })],
    tables: [
      toTable([
        ['a file of 1 GiB', 's', 'MiB before', 'MiB at most'],
        row('uploaded', up),
        row('downloaded', down),
      ]),
    ],
    figures,
  };
}
