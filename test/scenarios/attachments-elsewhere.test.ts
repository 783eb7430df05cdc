import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { announce, attach, linkTo, PNG, put } from '../support/attached.ts';
import { download, exportLinkFor } from '../support/downloaded.ts';
import { type Homes, someHomes } from '../support/homes.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import { untilInbox } from '../support/notified.ts';
import { theDatabaseAt } from '../support/open-database.ts';
import type { Person } from '../support/person.ts';
import { connectTo } from '../support/raw-request.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { EICAR, FakeClamd } from '../support/servers/fake-clamd.ts';
import { S3Server } from '../support/servers/s3-server.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';

const PROGRESS = `subscription ($id: ID!) { uploadProgressed(attachmentId: $id) { attachmentId receivedBytes sizeBytes } }`;
const UPDATED = `subscription ($after: Cursor) { attachmentUpdated(after: $after) { attachment { id name status } } }`;
const STATUS = 'query ($id: ID!) { attachment(id: $id) { status } }';

/** A body whose bytes a test sends one part after the other. */
function aBody() {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  return {
    stream: stream as unknown as BodyInit,
    send: (text: string) => controller.enqueue(Buffer.from(text)),
    end: () => controller.close(),
  };
}

describeOnPostgres('attachments on two nodes with Redis, a bucket and a clamd', () => {
  describeOnRedis('that share all of it', () => {
    let s3: S3Server;
    let clamd: FakeClamd;
    let installation: Installation;
    let there: (user: Person) => Person;
    let acme: TestTenant;
    let ada: TestUser;
    let sam: TestUser;
    let homes: Homes;
    let maintenanceRequestId: string;

    beforeAll(async () => {
      [s3, clamd] = [await S3Server.start(), await FakeClamd.start()];
      const { endpoint, bucket, accessKeyId, secretAccessKey } = s3.place;
      const settings = {
        ...SHARED_REDIS,
        S3_ENDPOINT: endpoint,
        S3_BUCKET: bucket,
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
        CLAMD_URL: clamd.url,
      };
      installation = await Installation.start(settings);
      const node = await installation.anotherNode(settings);
      await Promise.all([installation.app, node].map(untilRedisIsUp));
      there = (user) => user.at(node);
      acme = await installation.aTenant('Acme');
      ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
      sam = await installation.aUser('SUPPORT', { tenantId: acme.id });
      homes = await someHomes(installation, acme, 'Alder');
      const input = { unitId: homes.units[0].id, title: 'Cold' };
      ({ maintenanceRequestId } = await mutate(
        homes.owner,
        'maintenanceRequestCreate',
        { input },
        'maintenanceRequestId',
      ));
    });

    afterAll(async () => {
      await installation.stop();
      await Promise.all([s3.stop(), clamd.stop()]);
    });

    /** Waits until an attachment has a status. */
    async function untilStatus(id: string, status: string): Promise<void> {
      for (;;) if ((await ada.ask(STATUS, { id })).attachment.status === status) return;
    }

    async function untilKeys(count: number): Promise<void> {
      while ((await s3.keys()).length !== count);
    }

    test('76 X: the progress of an upload is seen on the other node by those who see the attachment, and by no other user', async () => {
      const whole = 'x'.repeat(100_000);
      const input = { maintenanceRequestId, name: 'a.txt', sizeBytes: 200_000, isInternal: true };
      const id = await announce(ada, input);
      const [next] = [homes.units[1].resident];
      const seen = there(sam).follow(PROGRESS, { id });
      const unseen = [there(homes.owner), there(next)].map((by) => by.follow(PROGRESS, { id }));
      const body = aBody();
      const answer = put(ada, id, body.stream);
      body.send(whole);
      expect(await seen.event()).toEqual({ attachmentId: id, receivedBytes: 100_000, sizeBytes: 200_000 });
      body.send(whole);
      body.end();
      expect(await answer).toMatchObject({
        status: 201,
        body: { status: 'PENDING', mediaType: 'text/plain' },
      });
      expect(await seen.event()).toEqual({ attachmentId: id, receivedBytes: 200_000, sizeBytes: 200_000 });
      await untilStatus(id, 'CLEAN');
      // An attachment that they see is the first of which they receive anything.
      const open = await announce(ada, { maintenanceRequestId, name: 'b.txt', sizeBytes: 3 });
      const visible = there(homes.owner).follow(PROGRESS, { id: open });
      expect((await put(ada, open, 'abc')).status).toBe(201);
      expect(await visible.event()).toMatchObject({ attachmentId: open, receivedBytes: 3 });
      for (const stream of [seen, visible, ...unseen]) await stream.close();
      for (const stream of unseen) await expect(stream.event()).rejects.toThrow();
      await untilStatus(open, 'CLEAN');
    });

    test('76: a file is scanned before it can be read, an infected one is never served, and its uploader is notified', async () => {
      const before = (await s3.keys()).length;
      clamd.isBroken = true;
      const after = await homes.owner.now(acme.id);
      const seen = there(homes.owner).follow(UPDATED, { after });
      const id = await attach(ada, { maintenanceRequestId }, 'bill.pdf', EICAR);
      expect(await seen.event()).toMatchObject({ attachment: { id, status: 'PENDING' } });
      expect(await codes(ada, 'attachmentLinkCreate', { id })).toEqual(['INVALID_STATE']);
      clamd.isBroken = false;
      expect(await seen.event()).toMatchObject({ attachment: { id, status: 'INFECTED' } });
      await seen.close();
      expect(await codes(ada, 'attachmentLinkCreate', { id })).toEqual(['INVALID_STATE']);
      await untilInbox(
        ada,
        ([told]) => told?.messageKey === 'attachmentInfectedOnRequest' && told.entityId === id,
      );
      expect(
        (await there(sam).ask('{ notifications { nodes { messageKey } } }')).notifications.nodes,
      ).toEqual([]);
      await untilKeys(before);
      await mutate(ada, 'attachmentDelete', { id });
    });

    test('76: what one node has taken the other serves, in ranges, too', async () => {
      const id = await attach(homes.owner, { maintenanceRequestId }, 'photo', PNG);
      await untilStatus(id, 'CLEAN');
      const link = `${there(sam).url}${await linkTo(sam, id)}`;
      const answer = await fetch(link);
      expect(answer.headers.get('content-disposition')).toContain('inline; filename="photo.png"');
      expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true);
      const part = await fetch(link, { headers: { range: 'bytes=1-3' } });
      expect([part.status, await part.text()]).toEqual([206, 'PNG']);
    });

    test('76: an upload whose client leaves, or whose attachment is deleted meanwhile, leaves nothing and can be repeated', async () => {
      const before = (await s3.keys()).length;
      const { prisma } = await theDatabaseAt(installation.app.config.databaseUrl ?? '');
      const files = (attachmentId: string) => prisma.storedFile.count({ where: { attachmentId } });
      const id = await announce(ada, { maintenanceRequestId, name: 'a.txt', sizeBytes: 10 });
      const { hostname, port } = new URL(ada.url);
      const socket = await connectTo(ada.url);
      const head = `PUT /attachments?id=${id} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 10\r\nAuthorization: Bearer ${ada.token}\r\n\r\nabc`;
      socket.write(head);
      while ((await files(id)) === 0);
      expect((await put(there(ada), id, 'abcdefghij')).rule).toBe('UPLOAD_RUNS');
      socket.destroy();
      while ((await files(id)) > 0);
      expect((await put(there(ada), id, 'abcdefghij')).status).toBe(201);
      const gone = await announce(ada, { maintenanceRequestId, name: 'a.txt', sizeBytes: 6 });
      const body = aBody();
      const answer = put(ada, gone, body.stream);
      body.send('abc');
      while ((await files(gone)) === 0);
      await mutate(there(ada), 'attachmentDelete', { id: gone });
      body.send('def');
      body.end();
      expect((await answer).status).toBeGreaterThanOrEqual(404);
      while ((await files(gone)) > 0);
      await untilKeys(before + 1);
    });

    test('76: a client that sends nothing is answered with 408 and disconnected', async () => {
      const id = await announce(ada, { maintenanceRequestId, name: 'a.txt', sizeBytes: 10 });
      const socket = await connectTo(ada.url);
      const { host } = new URL(ada.url);
      socket.write(
        `PUT /attachments?id=${id} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\nAuthorization: Bearer ${ada.token}\r\n\r\nabc`,
      );
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('UPLOAD_TOO_SLOW');
      await mutate(ada, 'attachmentDelete', { id });
    }, 60_000);

    test('76 35: an export has the attachments about a person but those of the staff, and an erasure removes rows, bytes and names', async () => {
      const { resident } = homes.units[0];
      const mine = await attach(resident, { maintenanceRequestId }, 'Quillfeather.txt', 'Quillfeather');
      const note = await attach(ada, { maintenanceRequestId, isInternal: true }, 'Note.txt', 'note');
      for (const id of [mine, note]) await untilStatus(id, 'CLEAN');
      const path = await exportLinkFor(ada, { userId: resident.userId });
      const { lines, text } = await download(installation.app.url, path);
      const exported = lines.filter(({ table }) => table === 'Attachment').map(({ row }) => row.name);
      expect(exported).toContain('Quillfeather.txt');
      expect(text).not.toContain('Note.txt');
      const { prisma } = await theDatabaseAt(installation.app.config.databaseUrl ?? '');
      await mutate(ada, 'personErase', { input: { userId: resident.userId } });
      const where = { OR: [{ uploaderId: resident.userId }, { residentId: resident.userId }] };
      while ((await prisma.attachment.count({ where })) > 0);
      while ((await prisma.storedFile.count({ where: { attachmentId: { in: [mine, note] } } })) > 0);
      const named = () => prisma.$queryRaw<object[]>`
        SELECT 1 FROM change WHERE image::text LIKE '%Quillfeather%' OR before::text LIKE '%Quillfeather%'`;
      while ((await named()).length > 0);
      await untilKeys(0);
    });
  });
});
