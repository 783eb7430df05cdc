import { fileURLToPath } from 'node:url';
import { createLockstep } from '@lockstep/client';
import { WebSocket } from 'ws';
import type { FollowCustomers } from './customers.ts';

/** Runs an example against a server with demo data, if its file is the one that was started. */
export async function runDemo(moduleUrl: string, followCustomers: FollowCustomers): Promise<void> {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const lockstep = createLockstep({
    url: process.env.LOCKSTEP_URL ?? 'http://localhost:4000',
    webSocketImpl: WebSocket,
  });
  await lockstep.session.signIn({ email: 'admin@acme.demo.lockstep.dev', password: 'lockstep-demo' });
  const stop = followCustomers(lockstep, (customers) => {
    console.log(`\n${customers.length} customers`);
    console.table(
      customers.map(({ company, status, email, version }) => ({ company, status, email, version })),
    );
  });
  process.once('SIGINT', () => {
    stop();
    lockstep.close();
  });
}
