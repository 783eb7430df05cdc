import { authenticationOf } from './assembly/authentication-parts.ts';
import { backgroundOf, webhooksOf } from './assembly/background-parts.ts';
import { changeLogOf } from './assembly/change-log-parts.ts';
import { deliveryOf, type Sharing } from './assembly/delivery-parts.ts';
import { filesOf } from './assembly/file-parts.ts';
import type { InstallationParts } from './assembly/installation-parts.ts';
import { outboundOf } from './assembly/outbound-parts.ts';
import { factsOf } from './assembly/shared-state-parts.ts';
import { transportOf } from './assembly/transport-parts.ts';
import { redisPrefix } from './changes/redis-prefix.ts';
import { cleanHourly } from './clean-hourly.ts';
import type { FirstAdmin } from './config/config.ts';
import { systemClock as clock } from './core/process/clock.ts';
import { readDatabaseId } from './db/database-id.ts';
import { metricsOf } from './db/server-metrics.ts';
import { createFirstRows } from './first-rows.ts';
import { mailRunnerOf } from './modules/mail/mail-of-server.ts';
import { mailTexts } from './rooms.ts';

/** The dependencies of a server. */
export interface ServerParts extends InstallationParts {
  readonly sharing: Sharing;
}

/** A server that listens. */
export interface Server {
  readonly url: string;
  /** The first administrator, if this start created one with a generated password, which must be shown once. */
  readonly firstAdmin: FirstAdmin | null;
  /** Completes running work, disconnects clients one by one, and closes everything but the database. */
  stop(): Promise<void>;
}

/** Builds every part, fills an empty database, and starts to listen. Throws StartError with a sentence for the operator. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const { database, config, secrets, log } = parts;
  const { prisma } = database;
  const metrics = metricsOf(database);
  const prefix = redisPrefix(secrets.redisNames, await readDatabaseId(database.feedPool));
  const writing = changeLogOf(parts, metrics, prefix);
  const { transactions, pubSub } = writing;
  const who = authenticationOf(parts, pubSub, transactions);
  const outbound = outboundOf(parts);
  const files = filesOf(parts);
  const delivery = deliveryOf(parts, metrics, writing, who, outbound);
  const background = backgroundOf(parts, metrics, writing, who, files);
  const webhooks = webhooksOf(parts, metrics, writing, who, delivery, outbound);
  const transport = transportOf(parts, metrics, writing, who, delivery, outbound, files);

  const { ciphers } = who;
  const firstAdmin = await createFirstRows({ prisma, transactions, config, ciphers, ...files, log });
  const url = await transport.listen();
  const mail = mailRunnerOf({ prisma, config, url, texts: mailTexts, who, log });
  const stopCleaning = cleanHourly(database, transactions, config, clock, log);
  background.projector.start();
  background.bulkJobs.start();
  background.dueWork.start();
  background.storedFiles.start();
  mail.start();
  webhooks.start();
  const isDraining = () => transport.isDraining;
  delivery.nodes.start(factsOf({ ...delivery, pubSub, database, isDraining }));
  return {
    url,
    firstAdmin,
    async stop() {
      stopCleaning();
      await transport.stop(() => delivery.nodes.tell());
      await Promise.all([...Object.values(background), mail, webhooks].map((part) => part.stop()));
      delivery.statusPages.close();
      delivery.leases.stop();
      delivery.clients.stop();
      delivery.typing.stop();
      delivery.nodes.stop();
      await delivery.sets.stop(config.presenceGraceMs);
      await delivery.tails.stop();
      await pubSub.close();
    },
  };
}
