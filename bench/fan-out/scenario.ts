import { atMost, type Goal } from '../findings.ts';
import { Contestant } from './contestant.ts';
import type { Installation, Seating } from './installation.ts';
import type { Load } from './load.ts';
import { startLockstep } from './lockstep.ts';
import { PEERS, startPeer } from './peer.ts';
import { processorTime, type Reading, Rounds } from './rounds.ts';
import { slicesTable } from './slices-table.ts';

const LOCKSTEP = 'Lockstep';
/** Lockstep with subscribers that share nothing. */
export const LOCKSTEP_ALONE = 'Lockstep, nothing shared';

/** A limit on the cost of Lockstep beside a peer. */
interface RatioGoal {
  readonly row: number;
  readonly to: keyof typeof PEERS;
  readonly limit: number;
  /** The figure that is compared; the time on the processor unless given. */
  readonly of?: string;
  readonly reading?: Reading;
}

/** The subscribers of all contestants, the loads that they are measured under, and the goals. */
export interface Scenario {
  readonly title: string;
  readonly seating: Seating;
  readonly tasks: readonly {
    readonly name: string;
    readonly load: Load;
    /** The Lockstep that takes part beside the peers. */
    readonly lockstep?: typeof LOCKSTEP | typeof LOCKSTEP_ALONE;
    readonly goals: readonly RatioGoal[];
  }[];
}

/** The outcome of a scenario. */
export interface ScenarioOutcome {
  readonly goals: readonly Goal[];
  readonly tables: readonly string[];
  readonly rounds: Rounds;
  readonly kibPerConnection: ReadonlyMap<string, number>;
}

/** Starts all contestants side by side, connects their subscribers, and measures round by round. */
export async function runScenario(scenario: Scenario, rounds: number): Promise<ScenarioOutcome> {
  const installations: Installation[] = [];
  const contestants: Contestant[] = [];
  try {
    await assemble(scenario, installations, contestants);
    const tasks = scenario.tasks.map(({ name, load, lockstep = LOCKSTEP }) => {
      const peers = Object.values(PEERS).map((peer): string => peer.name);
      return {
        name,
        load,
        contestants: contestants.filter((one) => [...peers, lockstep].includes(one.name)),
      };
    });
    const kibPerConnection = new Map(contestants.map((one) => [one.name, one.kibPerConnection]));
    return outcomeOf(scenario, await Rounds.run(tasks, rounds), kibPerConnection);
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()));
    await Promise.all(installations.map((installation) => installation.stop()));
  }
}

/** Fills the lists step by step, so that the caller can stop what has started if a later start fails. */
async function assemble(
  { seating, tasks }: Scenario,
  installations: Installation[],
  contestants: Contestant[],
): Promise<void> {
  const join = async (name: string, installation: Installation, isPersonal = false): Promise<void> => {
    contestants.push(await Contestant.open(name, installation, { ...seating, isPersonal }));
  };
  for (const peer of Object.values(PEERS)) {
    const installation = await startPeer(peer);
    installations.push(installation);
    await join(peer.name, installation);
  }
  const lockstep = await startLockstep();
  installations.push(lockstep);
  await join(LOCKSTEP, lockstep);
  if (tasks.some((task) => task.lockstep === LOCKSTEP_ALONE)) await join(LOCKSTEP_ALONE, lockstep, true);
}

function outcomeOf(
  { title, tasks }: Scenario,
  rounds: Rounds,
  kibPerConnection: ReadonlyMap<string, number>,
): ScenarioOutcome {
  const goals = tasks.flatMap(({ name: task, lockstep = LOCKSTEP, goals: wanted }) =>
    wanted.map(({ row, to, limit, of = 'CPU', reading = processorTime }) => {
      const { name: base } = PEERS[to];
      const what = `${of}, ${title}, ${task} ÷ ${base}`;
      return atMost(limit, '×', { row, what, measured: rounds.ratio(task, lockstep, base, reading) });
    }),
  );
  const tables = tasks.map(({ name }) => slicesTable(`${title}, ${name}`, name, rounds, kibPerConnection));
  return { goals, tables, rounds, kibPerConnection };
}
