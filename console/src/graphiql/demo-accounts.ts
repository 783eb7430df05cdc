/** The accounts of the demo data, which the server names only where it has loaded them. */
export interface DemoAccounts {
  readonly password: string;
  readonly accounts: readonly { readonly email: string; readonly role: string }[];
}

/** Reads the demo accounts; null where there are none, or the server cannot say. */
export async function readDemoAccounts(): Promise<DemoAccounts | null> {
  try {
    const answer = await fetch('/demo-accounts.json');
    const offered: DemoAccounts | null = answer.ok ? await answer.json() : null;
    return offered?.accounts.length ? offered : null;
  } catch {
    return null;
  }
}
