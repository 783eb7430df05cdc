import { Contestant } from './contestant.ts';
import type { Audience, Installation } from './installation.ts';
import type { Load } from './load.ts';
import { startLockstep } from './lockstep.ts';
import { PEERS, startPeer } from './peer.ts';
import { Rounds } from './rounds.ts';
import { slicesTable } from './slices-table.ts';

export const LOCKSTEP = 'Lockstep';
/** Lockstep with an audience in which nobody shares anything. */
export const LOCKSTEP_ALONE = 'Lockstep, nothing shared';

const ALL = [PEERS.ws.name, PEERS.socketIo.name, PEERS.yoga.name, LOCKSTEP];

/** Subscribers of all contestants at once, and the loads that they are measured under. */
export interface Scenario {
  readonly title: string;
  readonly audience: Audience;
  readonly tasks: readonly {
    readonly name: string;
    readonly load: Load;
    /** By name; all of them unless given. */
    readonly contestants?: readonly string[];
  }[];
}

/** What a scenario has shown. */
export interface ScenarioOutcome {
  readonly rounds: Rounds;
  /** By contestant. */
  readonly kibPerConnection: Readonly<Record<string, number>>;
  readonly tables: readonly string[];
}

/** Starts all contestants side by side, connects their subscribers, and measures round by round. */
export async function runScenario(
  { title, audience, tasks }: Scenario,
  rounds: number,
): Promise<ScenarioOutcome> {
  const installations: Installation[] = [];
  const contestants: Contestant[] = [];
  const keep = async (starting: Promise<Installation>): Promise<Installation> => {
    const installation = await starting;
    installations.push(installation);
    return installation;
  };
  const join = async (name: string, installation: Installation, as = audience): Promise<void> => {
    contestants.push(await Contestant.open(name, installation, as));
  };
  try {
    for (const peer of Object.values(PEERS)) await join(peer.name, await keep(startPeer(peer)));
    const lockstep = await keep(startLockstep());
    await join(LOCKSTEP, lockstep);
    if (tasks.some(({ contestants }) => contestants?.includes(LOCKSTEP_ALONE))) {
      await join(LOCKSTEP_ALONE, lockstep, { ...audience, isPersonal: true });
    }
    const run = await Rounds.run(
      tasks.map(({ contestants: names = ALL, ...task }) => ({
        ...task,
        contestants: contestants.filter(({ name }) => names.includes(name)),
      })),
      rounds,
    );
    const held = contestants.map(({ name, kibPerConnection }) => [name, kibPerConnection] as const);
    const tables = tasks.map(({ name: task }) => slicesTable(`${title}: ${task}`, task, run, new Map(held)));
    return { rounds: run, kibPerConnection: Object.fromEntries(held), tables };
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()));
    await Promise.all(installations.map((installation) => installation.stop()));
  }
}
