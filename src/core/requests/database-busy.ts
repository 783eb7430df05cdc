import { RequestError } from './errors.ts';
import { sentences } from './fault.ts';

/** In this time most of what holds connections has ended. */
const RETRY_S = 2;

const DATABASE = sentences('TRY_AGAIN', {
  DATABASE_BUSY: 'The database is busy: try again in {retryAfter} seconds.',
});

/** No connection to the database became free in time. What waited for it was not read or written. */
export class DatabaseBusy extends RequestError {
  constructor() {
    super(DATABASE.DATABASE_BUSY({ retryAfter: RETRY_S }), RETRY_S);
  }
}
