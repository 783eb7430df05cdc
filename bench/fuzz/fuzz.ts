import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../test/support/dice.ts';
import { stirRows } from '../../test/support/sample-rows.ts';
import type { TwoTenants } from '../../test/support/two-tenants.ts';
import { ask, type OpenQuestion, open } from './ask.ts';
import { type Question, randomRequest, randomStream } from './question.ts';
import { leaksOf, type Secrets } from './secrets.ts';
import { shrink } from './shrink.ts';

/** A question whose answer showed what its viewer may not know, made as small as it could be. */
export interface Leak {
  readonly question: Question;
  readonly faults: readonly string[];
}

/** The result of a run: how much was asked and received, and the first leak. */
export interface Outcome {
  readonly requests: number;
  readonly streams: number;
  readonly events: number;
  readonly leak: Leak | null;
}

const REQUESTS = 40;
const STREAMS = 12;
const REQUEST_TRIES = 300;
const STREAM_TRIES = 30;
/** A stream from which nothing came for this long has delivered all that it will. */
const SILENCE_MS = 400;

/** The extent of a run. */
export interface Run {
  readonly seed: number;
  readonly isOver: (rounds: number) => boolean;
  /** The requests of each round. */
  readonly requests?: number;
  /** The tries at making a subscription smaller. Each changes all rows again. */
  readonly streamTries?: number;
}

/**
 * Asks random questions in rounds until one leaks or `isOver` says so. In each round subscriptions are open while the
 * rows of both tenants change and requests are sent. The same seed leads to the same questions.
 */
export async function fuzz(
  tenants: TwoTenants,
  secrets: Secrets,
  { seed, isOver, requests = REQUESTS, streamTries = STREAM_TRIES }: Run,
): Promise<Outcome> {
  const { url } = tenants.installation.app;
  const counts = { requests: 0, streams: 0, events: 0 };
  for (let round = 0; !isOver(round); round += 1) {
    const dice = new Dice(seed + round);
    const after = await tenants.installation.root.now(tenants.globex.ids.Tenant);
    const opened = Array.from({ length: STREAMS }, () => open(url, randomStream(dice, tenants, after)));
    const stirred = stir(tenants);
    for (let index = 0; index < requests; index += 1) {
      const question = randomRequest(dice, tenants);
      const faults = leaksOf(question, await askSignedIn(url, question), secrets);
      counts.requests += 1;
      if (faults.length === 0) continue;
      await stirred;
      await closeAll(opened);
      const leaks = async (smaller: Question) =>
        leaksOf(smaller, await askSignedIn(url, smaller), secrets).length > 0;
      return { ...counts, leak: { question: await shrink(question, leaks, REQUEST_TRIES), faults } };
    }
    await stirred;
    await untilSilent(opened);
    await closeAll(opened);
    counts.streams += opened.length;
    counts.events += opened.reduce((sum, one) => sum + one.received().split('"data"').length - 1, 0);
    const leaking = opened.find((one) => leaksOf(one.question, one.received(), secrets).length > 0);
    if (!leaking) continue;
    const { question } = leaking;
    const leaks = (smaller: Question) => leaksAgain(tenants, secrets, smaller);
    return {
      ...counts,
      leak: {
        question: await shrink(question, leaks, streamTries),
        faults: leaksOf(question, leaking.received(), secrets),
      },
    };
  }
  return { ...counts, leak: null };
}

/** Sends a request, and signs its user in again if the request has signed it out. */
async function askSignedIn(url: string, question: Question): Promise<string> {
  const answer = await ask(url, question);
  if (question.document.startsWith('mutation')) {
    const { data } = await question.walker.person.run('{ viewer { id } }');
    if (!data?.viewer) await question.walker.again();
  }
  return answer;
}

async function leaksAgain(tenants: TwoTenants, secrets: Secrets, question: Question): Promise<boolean> {
  const opened = open(tenants.installation.app.url, question);
  await stir(tenants);
  await untilSilent([opened]);
  await opened.close();
  return leaksOf(question, opened.received(), secrets).length > 0;
}

/** Changes the rows of both tenants. */
async function stir({ installation, acme, globex }: TwoTenants): Promise<void> {
  for (const { place } of [acme, globex]) await stirRows(installation.root, place);
}

async function untilSilent(opened: readonly OpenQuestion[]): Promise<void> {
  const sizes = () => opened.map((one) => one.received().length).join();
  for (let before = ''; before !== sizes(); ) {
    before = sizes();
    await pause(SILENCE_MS);
  }
}

async function closeAll(opened: readonly OpenQuestion[]): Promise<void> {
  await Promise.all(opened.map((one) => one.close()));
}
