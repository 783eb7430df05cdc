import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { v4 as uuidv4 } from 'uuid';
import { requireViewer, type ViewerContext } from '../../core/context.ts';
import type { Log } from '../../core/process/log.ts';
import { forbidden, RequestError, type UserError, UserErrors } from '../../core/requests/errors.ts';
import type { Fault, RequestErrorCode } from '../../core/requests/fault.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FileLine } from '../../core/rows/bulk-action.ts';
import type { Idempotency, Written } from '../../core/rows/transact.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';
import type { ContextMaker } from '../../operations/operation-context.ts';
import { type Signed, type SignIn, sendSignInRefusal } from '../exports/sign-in.ts';
import { REFUSAL_HEADERS, sendBody, sendRefusal } from '../http/plain-answer.ts';
import { IMPORT, REQUEST } from '../http/refusals.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import { arrivingBytes, FileTooSlow } from './arriving-bytes.ts';
import { countOperation } from './count-operation.ts';
import { fileLines } from './file-lines.ts';
import { FILE_LIMIT, fileTooLarge, MAX_FILE_BYTES } from './file-refusals.ts';
import type { FileColumns } from './file-row.ts';
import { type AskedImport, askedImport } from './import-parameters.ts';

/** An import of rows of one type. */
export interface Importer {
  /** The name of the answer, as of a mutation. */
  readonly name: string;
  readonly columns: FileColumns;
  readonly keyOf: (cells: FileLine['cells']) => string | null;
  readonly mayImport: (viewer: Viewer) => boolean;
  /** Receives the lines and requests the job that applies them; throws UserErrors. */
  readonly run: (
    ctx: ViewerContext,
    args: {
      readonly tenantId: string | null;
      readonly isDryRun: boolean;
      readonly lines: () => AsyncIterable<FileLine>;
      readonly idempotency: () => Idempotency | undefined;
    },
  ) => Promise<Written<BulkJob>>;
}

export interface ImportParts {
  readonly pipeline: OperationPipeline;
  readonly signIn: SignIn;
  readonly contextFor: ContextMaker;
  readonly log: Log;
}

/** The number of files that a node receives at a time. */
const MAX_FILES = 4;
const RETRY_S = 5;
/** The time for the rest of a file that was refused, and the one in which a client may notice that it is too slow. */
const UNREAD_MS = 30_000;
const NOTICE_MS = 2_000;

/**
 * Receives a file and has a bulk job apply its lines: `POST /imports/customers?format=csv&dryRun=true`, with the file as
 * the body. The client sends its token in a header, so no page of another origin can have a browser send a file for its
 * user. The answer has the form of a mutation's, with the id of the job: what came of the lines are the items of the job.
 * The request counts as an operation of its user. A file is refused as a whole while it is read, and leaves nothing.
 */
export function importRoute(
  parts: ImportParts,
  importer: Importer,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const running = new Set<string>();
  return async (request, response) => {
    const refusal = refusalOfForm(request);
    if (refusal) return refuse(request, response, refusal.status, refusal.fault, refusal.headers);
    const signed = await parts.signIn(request);
    if (!signed.viewer) {
      leaveUnread(request, response);
      return sendSignInRefusal(response, signed);
    }
    const { userId } = signed.viewer;
    if (!importer.mayImport(signed.viewer))
      return refuse(request, response, 403, faultOf(forbidden(importer.name)));
    if (running.has(userId) || running.size >= MAX_FILES) {
      const fault = running.has(userId)
        ? IMPORT.IMPORT_RUNS({ retryAfter: RETRY_S })
        : IMPORT.NODE_FULL_OF_IMPORTS({ retryAfter: RETRY_S });
      return refuse(request, response, 503, fault, { 'retry-after': String(RETRY_S) });
    }
    running.add(userId);
    try {
      await receive(parts, importer, signed, request, response);
    } finally {
      running.delete(userId);
    }
  };
}

async function receive(
  parts: ImportParts,
  importer: Importer,
  signed: Signed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = uuidv4();
  const limited = await countOperation(parts.pipeline, signed, requestId);
  if (limited) {
    leaveUnread(request, response);
    return sendBody(response, limited.status, { ...REFUSAL_HEADERS, ...limited.headers }, limited.body);
  }
  const asked = askedImport(request);
  if ('fault' in asked) return refuse(request, response, 400, asked.fault);
  const source = { connection: signed.connection, requestId, isAwaited: () => !response.destroyed };
  const ctx = requireViewer(parts.contextFor(source));
  try {
    const { value, cursor } = await imported(importer, ctx, asked, request);
    const { id, kind, status, total } = value;
    parts.log.info({ userId: signed.viewer.userId, job: id, kind, total }, 'file received');
    send(response, 202, importer.name, {
      bulkJobId: id,
      cursor,
      bulkJob: { id, kind, status, total },
      userErrors: [],
    });
  } catch (error) {
    if (error instanceof FileTooSlow) return refuseSlow(request, response);
    if (request.readableAborted || response.destroyed) return void response.destroy();
    leaveUnread(request, response);
    if (error instanceof RequestError) return sendRefusal(response, 400, faultOf(error));
    if (!(error instanceof UserErrors)) throw error;
    const userErrors = error.errors.map(shownError);
    send(response, 422, importer.name, { bulkJobId: null, cursor: null, bulkJob: null, userErrors });
  }
}

function imported(
  importer: Importer,
  ctx: ViewerContext,
  { format, formatName, tenantId, isDryRun, key }: AskedImport,
  request: IncomingMessage,
): Promise<Written<BulkJob>> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES)
    throw fileTooLarge(FILE_LIMIT.FILE_TOO_LARGE({ max: MAX_FILE_BYTES }));
  const { name, columns, keyOf } = importer;
  const hash = createHash('sha256');
  return importer.run(ctx, {
    tenantId,
    isDryRun,
    lines: () =>
      fileLines({
        chunks: arrivingBytes(request),
        readRows: format,
        columns,
        keyOf,
        onBytes: (bytes) => hash.update(bytes),
      }),
    idempotency: () => {
      const file = { tenantId, isDryRun, format: formatName, hash: hash.digest('base64url') };
      return key === null ? undefined : { key, request: [name, file] };
    },
  });
}

interface FormRefusal {
  readonly status: number;
  readonly fault: Fault<RequestErrorCode>;
  readonly headers?: Record<string, string>;
}

function refusalOfForm({ method, headers }: IncomingMessage): FormRefusal | null {
  if (method !== 'POST') return { status: 405, fault: REQUEST.ONLY_POST(), headers: { allow: 'POST' } };
  const { 'content-encoding': encoding = 'identity' } = headers;
  // The size of packed bytes is known only when they are unpacked.
  return encoding === 'identity' ? null : { status: 415, fault: IMPORT.FILE_PACKED() };
}

function faultOf({ code, rule, message: sentence, params }: RequestError): Fault<RequestErrorCode> {
  return { code, rule, sentence, params };
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  fault: Fault<RequestErrorCode>,
  headers: Record<string, string> = {},
): void {
  leaveUnread(request, response);
  sendRefusal(response, status, fault, headers);
}

/** Answers a client that has sent its file too slowly, and disconnects it once it may have noticed. */
function refuseSlow(request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.once('finish', () => setTimeout(() => request.socket.destroy(), NOTICE_MS).unref());
  sendRefusal(response, 408, IMPORT.IMPORT_TOO_SLOW());
}

/** Lets the client send the rest for a while: many read no answer before. */
function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false;
  if (request.complete) return;
  request.resume();
  const late = setTimeout(() => request.socket.destroy(), UNREAD_MS).unref();
  request.once('close', () => clearTimeout(late));
}

function shownError({ params, ...error }: UserError) {
  return {
    ...error,
    params: Object.entries(params).map(([name, value]) => ({ name, value: String(value) })),
  };
}

/** Sends an answer in the form that a mutation's has. */
function send(response: ServerResponse, status: number, name: string, payload: object): void {
  sendBody(response, status, REFUSAL_HEADERS, JSON.stringify({ data: { [name]: payload } }));
}
