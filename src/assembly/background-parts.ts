import type { Metrics } from '../core/process/metrics.ts';
import { connectionRegistrar } from '../live/connections/connection-registrar.ts';
import { StoredFilesRunner } from '../modules/attachments/stored-files-runner.ts';
import { BulkJobRunner } from '../modules/bulk-jobs/bulk-job-runner.ts';
import { DueWorkRunner } from '../modules/due-work/due-work-runner.ts';
import { bulkActions, dueActions } from '../rooms.ts';
import { schema } from '../schema.ts';
import { WebhookRunner } from '../transport/webhooks/webhook-runner.ts';
import type { AuthenticationParts } from './authentication-parts.ts';
import type { ChangeLogParts } from './change-log-parts.ts';
import type { DeliveryParts } from './delivery-parts.ts';
import type { FileParts } from './file-parts.ts';
import type { InstallationParts } from './installation-parts.ts';
import type { OutboundParts } from './outbound-parts.ts';

/** The parts that work in the background, without a request. */
export function backgroundOf(
  { database, log }: InstallationParts,
  metrics: Metrics,
  { signals, transactions, projector }: ChangeLogParts,
  { identity, authentication }: AuthenticationParts,
  files: FileParts,
) {
  const { prisma } = database;
  const bulkJobs = new BulkJobRunner({
    prisma,
    transactions,
    actions: bulkActions,
    viewerOf: (asking) => identity.viewer(asking),
    authentication,
    send: (signal) => signals.send(signal),
    log,
  });
  const dueWork = new DueWorkRunner({ prisma, transactions, actions: dueActions, metrics, log });
  const storedFiles = new StoredFilesRunner({ prisma, transactions, ...files, log });
  return { projector, bulkJobs, dueWork, storedFiles };
}

/** The part that sends webhooks. Their connections count towards no limit of their makers, who are not there by them. */
export function webhooksOf(
  { database, config, log }: InstallationParts,
  metrics: Metrics,
  { changeLog, cursors, transactions, noticing }: ChangeLogParts,
  { identity, ciphers }: AuthenticationParts,
  { rights, tails, present, subscriptions }: DeliveryParts,
  { client }: OutboundParts,
): WebhookRunner {
  const uncounted = { take: async () => () => {}, add: () => () => {} };
  const register = connectionRegistrar(tails, rights, uncounted, uncounted);
  const { prisma } = database;
  const { webhookSecrets: cipher } = ciphers;
  const reading = { prisma, changeLog, cursors, transactions, identity, register, subscriptions, present };
  const webhooks = new WebhookRunner({ ...reading, client, cipher, schema, limits: config, metrics, log });
  noticing.push({ notice: (changes) => webhooks.notice(changes) });
  return webhooks;
}
