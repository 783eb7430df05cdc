import { systemClock as clock } from '../core/process/clock.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { isReadOnly } from '../db/read-only.ts';
import { demoAccounts } from '../demo/greeting.ts';
import { connectionRegistrar } from '../live/connections/connection-registrar.ts';
import { AttachmentDownloads } from '../modules/attachments/attachment-downloads.ts';
import { AttachmentUploads } from '../modules/attachments/attachment-uploads.ts';
import { publishedKeys } from '../modules/consent-receipts/published-keys.ts';
import { customersImport } from '../modules/customers/customers-import.ts';
import { PersonExports } from '../modules/persons/person-exports.ts';
import { openedTicket } from '../modules/sessions/stream-ticket.ts';
import { contextMaker } from '../operations/operation-context.ts';
import { schema } from '../schema.ts';
import { Transport } from '../transport/transport.ts';
import type { AuthenticationParts } from './authentication-parts.ts';
import type { ChangeLogParts } from './change-log-parts.ts';
import type { DeliveryParts } from './delivery-parts.ts';
import type { FileParts } from './file-parts.ts';
import type { InstallationParts } from './installation-parts.ts';
import type { OutboundParts } from './outbound-parts.ts';

/** The part that connects clients. */
export function transportOf(
  { database, config, log, tracing }: InstallationParts,
  metrics: Metrics,
  { changeLog, cursors, feedPositions, pubSub, transactions }: ChangeLogParts,
  { identity, authentication, outsideLogout, ciphers }: AuthenticationParts,
  { rights, tails, leases, clients, moment, present, subscriptions, statusPages }: DeliveryParts,
  { checks }: OutboundParts,
  { store, scanner }: FileParts,
): Transport {
  const { prisma } = database;
  const shared = { prisma, clock, queryTimeoutMs: config.queryTimeoutMs, log };
  const answering = {
    ...shared,
    transactions,
    authentication,
    ciphers,
    webhookChecks: checks,
    feedPositions,
  };
  return new Transport({
    config,
    schema,
    identity,
    changeLog,
    cursors,
    register: connectionRegistrar(tails, rights, leases, clients),
    subscriptions,
    present,
    redis: pubSub.redis,
    contextFor: contextMaker({ ...answering, ...moment }),
    publishedKeys: () => publishedKeys(prisma),
    takeLogout: (token) => outsideLogout.take(token),
    statusPages,
    openTicket: (ticket) => openedTicket(ciphers.streamTickets, clock, ticket),
    demoAccounts: config.isDemo ? demoAccounts() : null,
    imports: new Map([['/imports/customers', customersImport]]),
    uploads: new AttachmentUploads({
      ...shared,
      transactions,
      identity,
      store,
      isScanned: scanner !== null,
      uploading: moment.uploading,
    }),
    downloads: new AttachmentDownloads({ ...shared, identity, cipher: ciphers.exportLinks, store }),
    personExports: new PersonExports({ ...shared, identity, cipher: ciphers.exportLinks }),
    health: {
      database: async () => ((await isReadOnly(prisma)) ? 'read-only' : 'up'),
      redis: () => pubSub.state(),
      delivery: () => (tails.isPolling ? 'up' : 'down'),
    },
    clock,
    log,
    metrics,
    tracing,
  });
}
