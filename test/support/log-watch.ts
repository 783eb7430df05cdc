import type { TableDump } from './table-dump.ts';

interface Seen {
  /** Without those of due work, which continues meanwhile. */
  readonly changes: number;
  readonly changesOfUsers: number;
  /** Passwords, second factors and recovery codes as they are stored. */
  readonly proofs: string;
}

const LOOK = `SELECT
  (SELECT count(*)::int FROM change WHERE actor_kind <> 'SYSTEM') AS changes,
  (SELECT count(*)::int FROM change WHERE entity = 'User') AS "changesOfUsers",
  (SELECT concat(
    (SELECT string_agg(credential::text, ',' ORDER BY user_id) FROM credential),
    (SELECT string_agg(concat_ws(' ', user_id, sealed_secret, confirmed_at), ',' ORDER BY user_id) FROM second_factor),
    (SELECT string_agg(recovery_code::text, ',' ORDER BY user_id, hash) FROM recovery_code)
  )) AS proofs`;

/** Looks at the database before and after each mutation and notes the mutations that the log does not contain. */
export class LogWatch {
  /** The mutations that left no change in the log. */
  readonly silent = new Set<string>();
  /** The mutations that changed a password or a second factor. Their tables are no entities, so no image shows it. */
  readonly changedProofs = new Set<string>();
  /** The mutations among these that left no change of a user in the log. */
  readonly unloggedProofs = new Set<string>();
  readonly #tables: TableDump;

  constructor(tables: TableDump) {
    this.#tables = tables;
  }

  async during<Answer>(name: string, run: () => Promise<Answer>): Promise<Answer> {
    const before = await this.#look();
    const answer = await run();
    const after = await this.#look();
    if (after.changes === before.changes) this.silent.add(name);
    if (after.proofs !== before.proofs) {
      this.changedProofs.add(name);
      if (after.changesOfUsers === before.changesOfUsers) this.unloggedProofs.add(name);
    }
    return answer;
  }

  async #look(): Promise<Seen> {
    const [seen] = await this.#tables.run<Seen>(LOOK);
    if (!seen) throw new Error('The database answered with no row.');
    return seen;
  }
}
