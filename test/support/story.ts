import { schema } from '../../src/schema.ts';
import { untilJobsHaveEnded } from './ended-jobs.ts';
import type { Installation } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person, Variables } from './person.ts';
import type { Stage } from './room-sample.ts';
import { idField, makeRows, placeOf, stirRows } from './sample-rows.ts';
import { sampleOf, samples } from './samples.ts';

/** Every mutation of the schema, by name. */
export const MUTATIONS = schema.getMutationType()?.getFields() ?? {};

/** A mutation that a story is about to run. It will succeed. */
export interface Told {
  readonly name: string;
  readonly args: Variables;
  readonly by: Person;
}

/** Runs one mutation of a story, and may act before and after it. */
export type Around = <Answer>(told: Told, run: () => Promise<Answer>) => Promise<Answer>;

/**
 * Runs every mutation of the schema, each successfully and through `around`, and notes which it has run: first the
 * mutations that make, change and delete the rows of the samples, then the stories of the rooms for the others.
 */
export class Story {
  readonly told = new Set<string>();
  readonly secrets: string[] = [];
  readonly #installation: Installation;
  readonly #around: Around;

  constructor(installation: Installation, around: Around) {
    this.#installation = installation;
    this.#around = around;
  }

  /** Runs the whole story, and writes the first row of each type into `ids`. */
  async tell(ids: Record<string, string> = {}): Promise<void> {
    const { app, root } = this.#installation;
    const place = placeOf(ids, `story-${crypto.randomUUID().slice(0, 8)}`);
    const run: Stage['run'] = (name, args, by = root, selection) => this.#run({ name, args, by }, selection);
    const runOn = async (type: string, [mutation, args]: readonly [string, Variables]) =>
      (await run(mutation, args, root, `${idField(type)} cursor`))[idField(type)];
    await makeRows(root, ids, place, runOn);
    await untilJobsHaveEnded(root, ids.Tenant);
    await stirRows(root, place, runOn);
    const stage: Stage = {
      ...place,
      url: app.url,
      root,
      run,
      another: async (type) => {
        const { create } = sampleOf(type);
        if (!create) throw new Error(`No mutation creates a ${type}.`);
        return runOn(type, create(place));
      },
      jobsEnded: () => untilJobsHaveEnded(root, ids.Tenant),
      keepSecret: (...secrets) => this.secrets.push(...secrets),
    };
    for (const { story } of samples.values()) await story?.(stage);
  }

  // biome-ignore lint/suspicious/noExplicitAny: each mutation answers with something else
  async #run(told: Told, selection?: string): Promise<any> {
    const answer = await this.#around(told, () => mutate(told.by, told.name, told.args, selection));
    this.told.add(told.name);
    return answer;
  }
}
