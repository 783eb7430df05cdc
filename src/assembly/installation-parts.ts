import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Log } from '../core/process/log.ts';
import type { Tracing } from '../core/requests/tracing.ts';
import type { Database } from '../db/database.ts';

/** The parts from which everything else of a server is made. */
export interface InstallationParts {
  readonly database: Database;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Null unless the operator has set the variables of OpenTelemetry. */
  readonly tracing: Tracing | null;
}
