import type { Snapshot } from './snapshot.ts';
import type { Window } from './window.ts';

/** The rows with which the streams of a group begin. Absent: they begin with a change. */
export interface GroupRows {
  /** The fingerprint of the audience, and of the window if it is one. */
  readonly rowsOf: string;
  /** Reads the rows that the audience sees now. */
  readonly readSnapshot: () => Promise<Snapshot>;
  /** The window; absent for all rows. */
  readonly window?: Window;
}
