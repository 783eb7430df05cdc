import { startApp } from './app.ts';
import { loadConfig } from './config/config.ts';
import { jsonLog } from './core/process/json-log.ts';
import { StartError } from './core/process/start-error.ts';
import { greeting } from './demo/greeting.ts';

/** Under `npm start` one Ctrl-C arrives twice: from the terminal and, passed on, from npm. */
const ECHO_MS = 1_000;

let log = jsonLog('error');
// When Redis refuses a SUBSCRIBE, graphql-redis-subscriptions rejects a promise that no caller can reach. Delivery
// continues by polling, so the process need not end.
process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));
process.on('uncaughtException', fail);

try {
  const config = loadConfig(process.env);
  log = jsonLog(config.logLevel);
  const { url, firstAdmin, stop } = await startApp(config, log);
  let stoppingSince: number | undefined;
  const onSignal = (): void => {
    if (stoppingSince && Date.now() - stoppingSince > ECHO_MS) process.exit(1);
    if (!stoppingSince) stop().then(() => process.exit(0), fail);
    stoppingSince ??= Date.now();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.stdout.write(`Lockstep listens at ${url}\n${config.isDemo ? greeting() : ''}`);
  if (firstAdmin) process.stdout.write(`Shown once: ${firstAdmin.email}, password ${firstAdmin.password}\n`);
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
  else log.error({ err: error }, 'server terminated by an error');
  process.exit(1);
}
