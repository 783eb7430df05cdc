import { startApp } from './app.ts';
import { type Config, loadConfig } from './config/config.ts';
import { jsonLog } from './core/process/json-log.ts';
import { StartError } from './core/process/start-error.ts';
import { greeting } from './demo/greeting.ts';
import { check } from './operator/check.ts';
import { doctor } from './operator/doctor.ts';
import { jsonOf, linesOf, reportOf } from './operator/finding.ts';
import { migrate } from './operator/migrate.ts';

/** Under `npm start` one Ctrl-C arrives twice: from the terminal and, passed on, from npm. */
const ECHO_MS = 1_000;

let log = jsonLog('error');
// When Redis refuses a SUBSCRIBE, graphql-redis-subscriptions rejects a promise that no caller can reach. Delivery
// continues by polling, so the process need not end.
process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));
process.on('uncaughtException', fail);

try {
  // It reports settings that refuse a start, so it reads them itself.
  if (process.argv[2] === 'doctor') await diagnose(process.argv.includes('--json'));
  else await obey();
} catch (error) {
  fail(error);
}

async function obey(): Promise<void> {
  const config = loadConfig(process.env);
  log = jsonLog(config.logLevel);
  await run(process.argv[2], config);
}

async function diagnose(isJson: boolean): Promise<void> {
  const findings = await doctor(process.env);
  process.stdout.write(isJson ? jsonOf(findings) : reportOf(findings));
  if (findings.some(({ kind }) => kind === 'wrong')) process.exitCode = 1;
}

/** Serves, or does what the operator asks for. */
async function run(command: string | undefined, config: Config): Promise<void> {
  switch (command) {
    case undefined:
      return serve(config);
    case 'migrate':
      process.stdout.write(await migrate(config, (sentence) => log.warn({}, sentence)));
      return;
    case 'check': {
      const findings = await check(config);
      process.stdout.write(linesOf(findings));
      if (findings.some(({ kind }) => kind === 'wrong')) process.exitCode = 1;
      return;
    }
    default:
      throw new StartError(
        `There is no command "${command}": the commands are migrate, check and doctor; without one it serves.`,
      );
  }
}

async function serve(config: Config): Promise<void> {
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
}

function fail(error: unknown): never {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
  else log.error({ err: error }, 'server terminated by an error');
  process.exit(1);
}
