import net from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ClamdScanner } from '../../src/storage/clamd-scanner.ts';
import { EICAR, FakeClamd } from '../support/servers/fake-clamd.ts';

let clamd: FakeClamd;
let scanner: ClamdScanner;
beforeAll(async () => {
  clamd = await FakeClamd.start();
  scanner = new ClamdScanner(clamd.url);
});
afterAll(() => clamd.stop());

async function* file(...parts: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test('76: clamd receives the whole file in chunks, and its verdict is that on the file', async () => {
  expect(await scanner.scan(file('clean', Buffer.alloc(300_000)))).toEqual({ isClean: true });
  expect(clamd.scanned).toEqual([300_005]);
  const infected = await scanner.scan(file(EICAR.slice(0, 20), EICAR.slice(20)));
  expect(infected).toEqual({ isClean: false, signature: 'Win.Test.EICAR_HDB-1' });
});

test('76: a file that fills the buffer many times leaves no listeners on the socket', async () => {
  const connecting = jest.spyOn(net, 'connect');
  const counts: (number | undefined)[] = [];
  async function* large(): AsyncGenerator<Uint8Array> {
    for (let part = 0; part < 40; part += 1) {
      const socket = connecting.mock.results[0]?.value as net.Socket;
      counts.push(socket.listenerCount('close'), socket.listenerCount('error'));
      yield Buffer.alloc(300_000);
    }
  }
  await scanner.scan(large());
  connecting.mockRestore();
  expect(counts.slice(-2)).toEqual(counts.slice(0, 2));
});

test('76: no verdict is neither clean nor infected: a file too large for clamd, one cut off, and none there', async () => {
  clamd.maxBytes = 1_000;
  await expect(scanner.scan(file(Buffer.alloc(900), Buffer.alloc(900)))).rejects.toThrow('no verdict');
  clamd.isBroken = true;
  await expect(scanner.scan(file('x'))).rejects.toThrow();
  await expect(new ClamdScanner('tcp://127.0.0.1:1').scan(file('x'))).rejects.toThrow('ECONNREFUSED');
});
