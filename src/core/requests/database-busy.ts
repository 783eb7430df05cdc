import { RequestError } from './errors.ts';

/** In this time most of what holds connections has ended. */
const RETRY_S = 2;

/** No connection to the database became free in time. What waited for it was not read or written. */
export class DatabaseBusy extends RequestError {
  constructor() {
    super('TRY_AGAIN', `The database is busy: try again in ${RETRY_S} seconds.`, RETRY_S);
  }
}
