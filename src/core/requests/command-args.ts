import type { Input, InputOf } from './input.ts';

/** The arguments of a command that creates a row. */
export interface CreateArgs<Of extends Input> {
  readonly input: InputOf<Of>;
}

/** The arguments of a command about one row. */
export interface RowArgs {
  readonly id: string;
  /** The version that the client has seen; absent or null if the client accepts later changes. */
  readonly expectedVersion?: number | null;
}

/** The arguments of a command that changes a row. */
export interface UpdateArgs<Of extends Input> extends RowArgs {
  readonly input: InputOf<Of>;
}
