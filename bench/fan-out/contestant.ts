import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../support/child.ts';
import { processorSeconds } from '../support/process-figures.ts';
import type { CrowdQuestion } from './crowd-process.ts';
import type { Seat } from './dialogue.ts';
import type { Installation, Seating } from './installation.ts';
import type { Load, Outcome } from './load.ts';

/** A short time of load on one contestant, and its cost. */
export interface Slice extends Outcome {
  readonly contestant: string;
  readonly serverSeconds: number;
  readonly redisSeconds: number;
}

const CROWD = new URL('./crowd-process.ts', import.meta.url);
/** The work that a server still does after its last delivery belongs to the slice. */
const AFTERMATH_MS = 20;
const BYTES_PER_KIB = 1_024;
/** They connect and leave before memory is read: what a server sets up only once belongs to no connection. */
const VANGUARD = 20;

/** An installation under measurement, with its subscribers connected. */
export class Contestant {
  readonly name: string;
  /** The memory that its nodes hold for each connection, in KiB. */
  readonly kibPerConnection: number;
  readonly #installation: Installation;
  readonly #crowd: Child;

  private constructor(name: string, kibPerConnection: number, installation: Installation, crowd: Child) {
    this.name = name;
    this.kibPerConnection = kibPerConnection;
    this.#installation = installation;
    this.#crowd = crowd;
  }

  /** Connects subscribers to an installation, which may serve other contestants too. */
  static async open(name: string, installation: Installation, seating: Seating): Promise<Contestant> {
    const { dialogue, ordersPort } = installation;
    const seats = await installation.seats(seating);
    const crowd = await Child.start(CROWD, { settings: {} });
    const connect = async (some: readonly Seat[]): Promise<void> => {
      const question: CrowdQuestion = { open: { dialogue, seats: some }, ordersPort };
      await crowd.ask(question).catch((error: Error) => {
        throw new Error(`${name}: ${error.message}`);
      });
    };
    await connect(seats.slice(0, VANGUARD));
    await connect([]);
    const before = await residentBytes(installation);
    await connect(seats);
    const grown = (await residentBytes(installation)) - before;
    return new Contestant(name, grown / seats.length / BYTES_PER_KIB, installation, crowd);
  }

  /** Puts a load on it. */
  async take(load: Load): Promise<Slice> {
    const [serverBefore, redisBefore] = this.#processorSeconds();
    const question: CrowdQuestion = { take: load };
    const outcome = await this.#crowd.ask<Outcome>(question);
    await pause(AFTERMATH_MS);
    const [server, redis] = this.#processorSeconds();
    return {
      contestant: this.name,
      ...outcome,
      serverSeconds: server - serverBefore,
      redisSeconds: redis - redisBefore,
    };
  }

  /** Ends the subscribers; the installation continues. */
  close(): Promise<void> {
    return this.#crowd.end();
  }

  #processorSeconds(): [server: number, redis: number] {
    const { nodes, redisPid } = this.#installation;
    return [nodes.reduce((sum, { pid }) => sum + processorSeconds(pid), 0), processorSeconds(redisPid)];
  }
}

async function residentBytes({ nodes }: Installation): Promise<number> {
  let sum = 0;
  for (const { gauge } of nodes) sum += (await gauge.memory()).rssBytes;
  return sum;
}
