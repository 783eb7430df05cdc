import { RequestError } from './errors.ts';
import { sentences } from './fault.ts';

/** In this time most of what holds connections has ended. */
const RETRY_S = 2;

const DATABASE = sentences('TRY_AGAIN', {
  DATABASE_BUSY: 'The database is busy: try again in {retryAfter} s.',
  DATABASE_UNAVAILABLE: 'The database is unavailable: try again in {retryAfter} s.',
});

const WRITTEN = sentences('TRY_AGAIN', {
  WRITTEN_WHILE_BUSY:
    'The mutation was written, but not its answer, because the database is busy: query what it has changed.',
});

/** The same after the COMMIT of a mutation. It names no time to wait: a client that repeats it would write it twice. */
export class BusyAfterCommit extends RequestError {
  constructor() {
    super(WRITTEN.WRITTEN_WHILE_BUSY());
  }
}

/** The connection to the database broke, or none can be opened, e.g. while it restarts or fails over. */
export class DatabaseUnavailable extends RequestError {
  constructor() {
    super(DATABASE.DATABASE_UNAVAILABLE({ retryAfter: RETRY_S }), RETRY_S);
  }
}

/** No connection to the database became free in time. What waited for it was not read or written. */
export class DatabaseBusy extends RequestError {
  constructor() {
    super(DATABASE.DATABASE_BUSY({ retryAfter: RETRY_S }), RETRY_S);
  }
}
