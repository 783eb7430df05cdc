import { GuardedClient } from '../outbound/guarded-client.ts';
import { schema } from '../schema.ts';
import { webhookChecks } from '../transport/webhooks/webhook-checks.ts';
import type { InstallationParts } from './installation-parts.ts';

/** The limits of a request to an address that a tenant has named. */
const OUTBOUND = { timeoutMs: 10_000, maxRequestBytes: 1_048_576, maxAnswerBytes: 65_536 };

export type OutboundParts = ReturnType<typeof outboundOf>;

/** The client for addresses that tenants have named, and the checks with which it is used. */
export function outboundOf({ config }: Pick<InstallationParts, 'config'>) {
  const client = new GuardedClient({ limits: OUTBOUND, reachable: { loopback: config.isWebhookLoopback } });
  return { client, checks: webhookChecks(client, { schema, limits: config }) };
}
