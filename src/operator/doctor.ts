import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { type Config, type Environment, loadConfig } from '../config/config.ts';
import { SETTINGS } from '../config/settings.ts';
import { StartError } from '../core/process/start-error.ts';
import { databaseFindings } from './database-findings.ts';
import { type Finding, note, ok, type Remedy, wrong } from './finding.ts';
import { redisFindingsWithoutWrite } from './redis-findings.ts';
import { runningFindings } from './running-findings.ts';

const SETTINGS_REMEDY: Remedy = {
  fix: 'Correct the setting; the README lists them all.',
  see: 'operations.md#before-the-first-start',
};
/** Shorter names are close to each other by chance. */
const SHORTEST_GUESS = 6;

/**
 * Looks at an installation that misbehaves, and writes nothing: what `check` looks at, and beside it the work that is late,
 * the log, the locks and indexes of the database, its clock, the storage of attachments and the address in e-mails.
 */
export async function doctor(env: Environment): Promise<Finding[]> {
  const misspelt = misspeltFindings(env);
  try {
    const config = loadConfig(env);
    const parts = await Promise.all([databasePart(config), redisPart(config), storageFindings(config)]);
    return [ok('The settings are valid.'), ...misspelt, ...parts.flat(), publicUrlFinding(config)];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [...error.message.split('\n').map((sentence) => wrong(sentence, SETTINGS_REMEDY)), ...misspelt];
  }
}

async function databasePart(config: Config): Promise<Finding[]> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl)
    return databaseFindings({ ...config, databaseUrl }, (owner) => runningFindings(owner, config));
  return [ok(`The database is the embedded one in ${dataDir}, which only its own server can open.`)];
}

async function redisPart({ redisUrl }: Config): Promise<Finding[]> {
  if (redisUrl) return redisFindingsWithoutWrite(redisUrl);
  return [ok('There is no REDIS_URL: one node needs none, several find changes by polling alone.')];
}

/** A variable that is almost the name of a setting is read by no one. Its value is not shown. */
function misspeltFindings(env: Environment): Finding[] {
  const known = Object.values(SETTINGS).map(({ variable }) => variable);
  return Object.keys(env)
    .filter((name) => name.length >= SHORTEST_GUESS && !known.includes(name))
    .flatMap((name) => {
      const meant = known.find((variable) => isOneSlipFrom(variable, name));
      return meant ? [note(`${name} is not a setting; ${meant} is.`, SETTINGS_REMEDY)] : [];
    });
}

/** Whether one character is missing, added or another. */
function isOneSlipFrom(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from += 1;
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const isReplaced = longer.length === shorter.length;
  return longer.slice(from + 1) === shorter.slice(isReplaced ? from + 1 : from);
}

/** A bucket is not asked: a read proves nothing of the right to write. */
async function storageFindings({ s3, attachmentsDir, dataDir }: Config): Promise<Finding[]> {
  if (s3) return [];
  const folder = path.resolve(attachmentsDir ?? path.join(dataDir, 'attachments'));
  try {
    await access(await nearestThatExists(folder), constants.W_OK | constants.X_OK);
    return [ok(`Attachments can be written to ${folder}.`)];
  } catch {
    return [
      wrong(`Attachments cannot be written to ${folder}.`, {
        fix: 'Give the user of the server the right to write there, or set ATTACHMENTS_DIR.',
        see: 'operations.md#before-the-first-start',
      }),
    ];
  }
}

/** The first upload makes the folders that are missing. */
async function nearestThatExists(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  return isThere ? folder : nearestThatExists(path.dirname(folder));
}

function publicUrlFinding({ publicUrl, isLocal }: Config): Finding {
  const remedy: Remedy = {
    fix: 'Set PUBLIC_URL to the https address that people open.',
    see: 'operations.md#before-the-first-start',
  };
  if (!publicUrl)
    return isLocal
      ? ok('Links of e-mails lead to this machine, as there is no PUBLIC_URL.')
      : note('There is no PUBLIC_URL: e-mails that need a link are not made.', remedy);
  const { protocol, host } = new URL(publicUrl);
  if (protocol !== 'https:' && !isLocal)
    return note(`PUBLIC_URL is not https: links with secrets lead to ${host} in the clear.`, remedy);
  return ok(`Links of e-mails lead to ${host}.`);
}
