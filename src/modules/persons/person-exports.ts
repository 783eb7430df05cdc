import type { Clock } from '../../core/process/clock.ts';
import type { Log } from '../../core/process/log.ts';
import { Deadline } from '../../core/requests/deadline.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Identity } from '../../core/rights/identity.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { type ExportRequest, requestIn } from './export-link.ts';
import { entriesOf } from './exported-entries.ts';
import type { ExportedRow, Read } from './exported-row.ts';
import { rowsOfTables } from './exported-tables.ts';
import { type ExportedPerson, personToExport } from './person-to-export.ts';

export interface PersonExportsParts {
  readonly prisma: PrismaClient;
  readonly identity: Identity;
  readonly cipher: SecretCipher;
  readonly clock: Clock;
  /** The time limit of a statement. */
  readonly queryTimeoutMs: number;
  readonly log: Log;
}

/** The export of a person for a user. */
interface PersonExport {
  readonly userId: string;
  readonly fileName: string;
  lines(signal: AbortSignal): AsyncIterable<string>;
}

/**
 * The exports of persons, as JSON lines. Each page is read when the client has taken the one before, as a statement of the
 * requester, which takes turns with those of other clients. So an export holds no connection and no more than a page. The
 * rights are read again after each page: one that may no longer be exported is not sent, and the export ends without its
 * last line.
 */
export class PersonExports {
  readonly #parts: PersonExportsParts;

  constructor(parts: PersonExportsParts) {
    this.#parts = parts;
  }

  /**
   * Opens the export that the token of a link leads to. Gives null if the link is none or has expired, and if its requester
   * has signed out or may no longer export the person. Calls `admit` with the requester before its rights are read.
   */
  async open(token: string, admit: (userId: string) => void): Promise<PersonExport | null> {
    const { cipher, clock } = this.#parts;
    const request = requestIn(cipher, clock, token);
    if (!request) return null;
    admit(request.requester.userId);
    const person = await this.#personFor(request);
    if (!person) return null;
    return {
      userId: request.requester.userId,
      fileName: `${person.kind}-${person.id}.jsonl`,
      lines: (signal) => this.#lines(request, person, signal),
    };
  }

  /** Finds the person of a request; null if its requester may not export it at this moment. */
  async #personFor({ requester, person }: ExportRequest): Promise<ExportedPerson | null> {
    const { prisma, identity } = this.#parts;
    const viewer = await identity.viewer(requester);
    return viewer && personToExport(prisma, viewer, person);
  }

  async *#lines(request: ExportRequest, person: ExportedPerson, signal: AbortSignal): AsyncGenerator<string> {
    const { log } = this.#parts;
    const { userId } = request.requester;
    const read = this.#readFor(userId, signal);
    let rowCount = 0;
    let isComplete = false;
    try {
      for (const pages of [rowsOfTables(read, person), entriesOf(read, person)]) {
        for await (const page of pages) {
          if (page.length === 0) continue;
          if (!(await this.#personFor(request))) return;
          rowCount += page.length;
          yield linesOf(page);
        }
      }
      isComplete = true;
      yield `${JSON.stringify({ rowCount })}\n`;
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'export of a person failed');
      throw error;
    } finally {
      const { kind, id: personId, tenantId } = person;
      log.info({ userId, kind, personId, tenantId, rowCount, isComplete }, 'person exported');
    }
  }

  #readFor(client: string, signal: AbortSignal): Read {
    const { prisma, queryTimeoutMs: timeoutMs } = this.#parts;
    return (statement) => {
      signal.throwIfAborted();
      const deadline = new Deadline({ timeoutMs, isAwaited: () => !signal.aborted });
      return new OperationBudget({ client, deadline, maxStatements: 1 }).run(() => statement(prisma));
    };
  }
}

function linesOf(rows: readonly ExportedRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
