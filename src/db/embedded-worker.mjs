// PGlite runs its SQL synchronously: on the main thread one slow query stops every socket of the server.
// Hence this thread. Plain JavaScript, because a worker does not inherit the TypeScript loader everywhere.
//
// In:  { kind: 'bytes', connection, bytes } · { kind: 'hang-up', connection } · { kind: 'close' }
// Out: { kind: 'ready' } once, then { kind: 'bytes', … } · { kind: 'hung-up', connection }
//      · { kind: 'failed', connection, reason } · { kind: 'closed' }

import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const database = await PGlite.create({ dataDir: workerData.clusterDir });

async function answer(message) {
  if (message.kind === 'bytes') {
    // The result is a view of wasm memory, which the next call overwrites: copy before handing it over.
    const bytes = new Uint8Array(await database.execProtocolRaw(message.bytes));
    parentPort.postMessage({ kind: 'bytes', connection: message.connection, bytes }, [bytes.buffer]);
  } else if (message.kind === 'hang-up') {
    // All connections share one backend, so the state that a real backend loses when it exits must be reset.
    if (database.isInTransaction()) await database.exec('ROLLBACK');
    await database.exec('DISCARD ALL');
    parentPort.postMessage({ kind: 'hung-up', connection: message.connection });
  } else {
    await database.close();
    parentPort.postMessage({ kind: 'closed' });
  }
}

let previous = Promise.resolve();
parentPort.on('message', (message) => {
  previous = previous
    .then(() => answer(message))
    .catch((error) => {
      parentPort.postMessage({
        kind: 'failed',
        connection: message.connection,
        reason: String(error?.message ?? error),
      });
    });
});
parentPort.postMessage({ kind: 'ready' });
