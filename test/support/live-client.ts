import { createLockstep, type Lockstep, type LockstepOptions, type Readable } from '@lockstep/client';
import { WebSocket } from 'ws';
import { type Installation, TEST_PASSWORD } from './installation.ts';
import { PATIENCE_MS, within } from './patience.ts';

/** Makes a client, which has not signed in. Its session is in memory unless the options name a storage. */
export function aClient(url: string, options: Partial<LockstepOptions> = {}): Lockstep {
  return createLockstep({ url, webSocketImpl: WebSocket, ...options });
}

/** Makes a client of a user whose password is that of the tests. */
export async function aSignedIn(
  { app }: Installation,
  { email }: { readonly email: string },
  options: Partial<LockstepOptions> = {},
): Promise<Lockstep> {
  const client = aClient(options.url ?? app.url, options);
  const { userErrors } = await client.session.signIn({ email, password: TEST_PASSWORD });
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return client;
}

/** Waits until a value is as wanted, and gives it. */
export function until<T>(readable: Readable<T>, wanted: string, isSo: (value: T) => boolean): Promise<T> {
  let stop = () => {};
  const arrived = new Promise<T>((resolve) => {
    const look = () => {
      if (isSo(readable.get())) resolve(readable.get());
    };
    stop = readable.subscribe(look);
    look();
  });
  const late = () => `Not "${wanted}", but ${JSON.stringify(readable.get())}`;
  return within(PATIENCE_MS, late, arrived).finally(() => stop());
}
