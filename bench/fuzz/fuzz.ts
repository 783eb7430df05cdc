import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../test/support/dice.ts';
import { ask, type OpenQuestion, open } from './ask.ts';
import { faultsOfPair, type Pair, randomPair } from './pairs.ts';
import { type Question, randomRequest, randomStream } from './question.ts';
import { leaksOf } from './secrets.ts';
import { shrink } from './shrink.ts';
import type { World } from './world.ts';

/** A question whose answer showed what its user may not know, made as small as it could be. */
export interface Leak {
  readonly question: Question;
  readonly faults: readonly string[];
}

/** The result of a run: how much was asked and received, and the first leak. */
export interface Outcome {
  readonly requests: number;
  readonly pairs: number;
  readonly streams: number;
  readonly events: number;
  readonly leak: Leak | null;
}

/** The extent of a run. */
export interface Run {
  readonly seed: number;
  readonly isOver: (rounds: number) => boolean;
  /** The requests, the pairs and the subscriptions of each round. */
  readonly requests?: number;
  readonly pairs?: number;
  readonly streams?: number;
  /** The tries at making a subscription smaller. Each changes all rows again. */
  readonly streamTries?: number;
}

const USUAL = { requests: 40, pairs: 20, streams: 12, streamTries: 30 };
const REQUEST_TRIES = 300;
/** The most realms that change in one round: all of them would take longer than the questions. */
const STIRRED = 2;
/** A stream from which nothing came for this long has delivered all that it will. */
const SILENCE_MS = 400;

/**
 * Asks random questions in rounds until one leaks or `isOver` says so. In each round subscriptions are open while rows
 * change and requests are sent; afterwards, when nothing changes, pairs of questions are compared. The same seed leads
 * to the same questions.
 */
export async function fuzz(world: World, run: Run): Promise<Outcome> {
  const rounds = new Rounds(world, { ...USUAL, ...run });
  let leak: Leak | null = null;
  for (let round = 0; !leak && !run.isOver(round); round += 1)
    leak = await rounds.play(new Dice(run.seed + round));
  return { ...rounds.counts, leak };
}

class Rounds {
  readonly counts = { requests: 0, pairs: 0, streams: 0, events: 0 };
  readonly #world: World;
  readonly #run: Required<Run>;

  constructor(world: World, run: Required<Run>) {
    this.#world = world;
    this.#run = run;
  }

  /** Asks the questions of one round. */
  async play(dice: Dice): Promise<Leak | null> {
    const now = await this.#world.now();
    const opened = Array.from({ length: this.#run.streams }, () =>
      open(this.#world.url, randomStream(dice, this.#world, now)),
    );
    const stirred = this.#world.stir(dice.some(this.#world.realms, STIRRED));
    const asked = await this.#request(dice).finally(() => stirred);
    await untilSilent(opened);
    await Promise.all(opened.map((one) => one.close()));
    return asked ?? (await this.#received(opened)) ?? this.#compare(dice);
  }

  async #request(dice: Dice): Promise<Leak | null> {
    const faultsIn = async (question: Question) =>
      leaksOf(question, await askSignedIn(this.#world.url, question), this.#world);
    for (let index = 0; index < this.#run.requests; index += 1) {
      const question = randomRequest(dice, this.#world);
      this.counts.requests += 1;
      const leak = await leakIn(question, faultsIn);
      if (leak) return leak;
    }
    return null;
  }

  async #received(opened: readonly OpenQuestion[]): Promise<Leak | null> {
    this.counts.streams += opened.length;
    this.counts.events += opened.reduce((sum, one) => sum + one.received().split('"data"').length - 1, 0);
    const faultsOf = (one: OpenQuestion) => leaksOf(one.question, one.received(), this.#world);
    const leaking = opened.find((one) => faultsOf(one).length > 0);
    if (!leaking) return null;
    const leaks = async (smaller: Question) => faultsOf(await this.#followAgain(smaller)).length > 0;
    const question = await shrink(leaking.question, leaks, this.#run.streamTries);
    return { question, faults: faultsOf(leaking) };
  }

  async #followAgain(question: Question): Promise<OpenQuestion> {
    const opened = open(this.#world.url, question);
    await this.#world.stir();
    await untilSilent([opened]);
    await opened.close();
    return opened;
  }

  async #compare(dice: Dice): Promise<Leak | null> {
    await this.#world.calm();
    for (let index = 0; index < this.#run.pairs; index += 1) {
      this.counts.pairs += 1;
      const leak = await leakIn(randomPair(dice, this.#world), (pair) => this.#differences(pair));
      if (leak) return leak;
    }
    return null;
  }

  async #differences(pair: Pair): Promise<string[]> {
    const { url } = this.#world;
    const answer = await ask(url, pair);
    const ofTwin = await ask(url, { ...pair, variables: pair.twin });
    const leaks = [answer, ofTwin].flatMap((one) => leaksOf(pair, one, this.#world));
    return [...leaks, ...faultsOfPair(this.#world, answer, ofTwin)];
  }
}

/** Asks a question and, if its answer leaks, looks for the smallest one that still does. */
async function leakIn<Asked extends Question>(
  question: Asked,
  faultsIn: (question: Asked) => Promise<string[]>,
): Promise<Leak | null> {
  const faults = await faultsIn(question);
  if (faults.length === 0) return null;
  const leaks = async (smaller: Asked) => (await faultsIn(smaller)).length > 0;
  return { question: await shrink(question, leaks, REQUEST_TRIES), faults };
}

/** Sends a request, and signs its user in again if the request has signed it out. */
async function askSignedIn(url: string, question: Question): Promise<string> {
  const answer = await ask(url, question);
  if (question.document.startsWith('mutation')) {
    const { walker } = question.asker;
    const { data } = await walker.person.run('{ viewer { id } }');
    if (!data?.viewer) await walker.again();
  }
  return answer;
}

async function untilSilent(opened: readonly OpenQuestion[]): Promise<void> {
  const sizes = () => opened.map((one) => one.received().length).join();
  for (let before = ''; before !== sizes(); ) {
    before = sizes();
    await pause(SILENCE_MS);
  }
}
