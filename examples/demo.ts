import { fileURLToPath } from 'node:url';
import type { FollowCustomers } from './customers.ts';
import { Session } from './session.ts';

/** Runs an example against a server with demo data, if its file is the one that was started. */
export async function runDemo(moduleUrl: string, followCustomers: FollowCustomers): Promise<void> {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const url = process.env.LOCKSTEP_URL ?? 'http://localhost:4000';
  const session = await Session.signIn(url, 'admin@acme.demo.lockstep.dev', 'lockstep-demo');
  const following = followCustomers({
    url,
    session,
    onChange(customers) {
      console.log(`\n${customers.length} customers`);
      console.table(
        customers.map(({ company, status, email, version }) => ({ company, status, email, version })),
      );
    },
  });
  process.once('SIGINT', () => following.stop());
  await following.ended;
}
