import { RequestError } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';

const SETTINGS = sentences('TRY_AGAIN', {
  SETTINGS_UNREADABLE: 'The settings that decide what you may do cannot be read: try again later.',
});

/** Only the operator can mend what the database has. */
const RETRY_S = 60;

/**
 * The settings that the server obeys for some users cannot be read, so these users may do nothing. What is known about it
 * is for the log, because the users may not read all paths.
 */
export class UnreadableSettings extends RequestError {
  constructor(paths: readonly string[]) {
    super(SETTINGS.SETTINGS_UNREADABLE(), RETRY_S);
    this.cause = new Error(
      `The ledger has no settings of these paths that can be read: ${paths.join(', ')}.`,
    );
  }
}
