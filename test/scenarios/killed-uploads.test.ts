import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_ADMIN } from '../support/app.ts';
import { announce, linkTo, put } from '../support/attached.ts';
import { signIn } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { connectTo } from '../support/raw-request.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';

const SIZE = 1_000_000;

describeOnPostgres('uploads to two nodes, one of which is killed', () => {
  let database: TestDatabase;
  let dataDir: string;
  let programs: Programs;

  beforeAll(async () => {
    database = await aDatabase();
    dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-uploads-'));
    programs = new Programs(dataDir);
  });

  afterAll(async () => {
    await programs.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function aServer() {
    const program = programs.start({
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
      QUERY_TIMEOUT_MS: '60000',
    });
    return { program, url: await listening(program) };
  }

  /** The sizes of the parts of files, and of the files. */
  async function stored(): Promise<Record<'parts' | 'files', number[]>> {
    const sizes = { parts: [] as number[], files: [] as number[] };
    const folder = path.join(dataDir, 'attachments');
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of found.filter((one) => one.isFile())) {
      const { size } = await stat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }));
      sizes[entry.parentPath.endsWith('parts') ? 'parts' : 'files'].push(size);
    }
    return sizes;
  }

  test('76 L: the part that a killed node has written is removed by the other, and the upload is repeated there', async () => {
    const first = await aServer();
    const token = await signIn(first.url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password);
    const root = new Person(first.url, token);
    const made = async (name: string, id: string, input: object) =>
      (await mutate(root, name, { input }, id))[id];
    const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
    const tenantId = await made('tenantCreate', 'tenantId', { organizationId, name: 'Acme', slug: 'acme' });
    const contact = { contactName: 'Ada', email: 'ada@alder.test' };
    const customerId = await made('customerCreate', 'customerId', { tenantId, company: 'Alder', ...contact });
    const id = await announce(root, { customerId, name: 'large.txt', sizeBytes: SIZE });

    const second = await aServer();
    const socket = await connectTo(first.url);
    const { host } = new URL(first.url);
    socket.write(
      `PUT /attachments?id=${id} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${SIZE}\r\nAuthorization: Bearer ${token}\r\n\r\n${'x'.repeat(SIZE / 2)}`,
    );
    while (!(await stored()).parts.some((size) => size > 0));
    await killed(first.program);
    expect((await stored()).files).toEqual([]);
    const there = root.at(second);
    expect((await put(there, id, 'x'.repeat(SIZE))).rule).toBe('UPLOAD_RUNS');
    while ((await stored()).parts.length > 0);
    expect((await put(there, id, 'x'.repeat(SIZE))).status).toBe(201);
    expect(await stored()).toEqual({ parts: [], files: [SIZE] });
    const answer = await fetch(`${second.url}${await linkTo(there, id)}`);
    expect((await answer.text()).length).toBe(SIZE);
  });
});
