import { NO_AUDIENCE } from '../../core/feeds/cursor.ts';
import type { Group } from '../groups/group.ts';

type RowsOf = Pick<Group, 'rowsOf'>;

/**
 * The rows that the client of one subscription has: those of an audience, as its cursor says or as they were delivered.
 * A client of a stream without a snapshot keeps its rows by itself; they count as those of every group.
 */
export class ClientRows {
  #audience: string | undefined;
  #areCurrent = true;

  /** `audience` is the fingerprint in the client's cursor; without one the client has the rows of its first group. */
  constructor(audience: string | undefined) {
    this.#audience = audience;
  }

  /** Whether the client has to receive all rows. */
  get areDue(): boolean {
    return this.#audience === NO_AUDIENCE;
  }

  /** Whether `areOf` was true for the latest group. */
  get areCurrent(): boolean {
    return this.#areCurrent;
  }

  /** Whether what a group renders belongs to these rows. False after the rights of the viewer have changed. */
  areOf({ rowsOf }: RowsOf): boolean {
    this.#audience ??= rowsOf;
    this.#areCurrent = rowsOf === undefined || rowsOf === this.#audience;
    return this.#areCurrent;
  }

  /** The client has received all rows of a group. */
  become({ rowsOf }: RowsOf): void {
    this.#audience = rowsOf;
  }

  /** The client has to receive all rows. */
  forget(): void {
    this.#audience = NO_AUDIENCE;
  }
}
