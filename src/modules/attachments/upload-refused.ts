import { type Fault, type RequestErrorCode, sentences } from '../../core/requests/fault.ts';

/** The refusals of uploads and downloads. */
export const UPLOAD = {
  ...sentences('NOT_FOUND', {
    NO_SUCH_UPLOAD: 'No attachment of yours with this id waits for its file: call attachmentCreate first.',
    NO_SUCH_FILE: 'This link leads to no file, or does so no longer: ask for another one.',
  }),
  ...sentences('FORBIDDEN', {
    FILE_CLOSED: 'You may not read this file any more.',
  }),
  ...sentences('BAD_USER_INPUT', {
    UPLOAD_ENCODED: 'Send the bytes of the file as they are, without a Content-Encoding.',
    UPLOAD_TOO_LONG: 'The file has more bytes than the {expected} that were announced.',
    UPLOAD_TOO_SHORT: 'The file has {received} bytes and not the {expected} that were announced.',
    UPLOAD_TYPE_REFUSED: 'By its content the file is of no type that is accepted: {values}.',
    UPLOAD_DIGEST_DIFFERS: 'The SHA-256 of the file is {received} and not the one that was announced.',
    UPLOAD_TOO_SLOW: 'The file did not arrive in time.',
    ONLY_PUT_OR_GET: 'Send a PUT to upload a file, or a GET to download one.',
  }),
  ...sentences('TRY_AGAIN', {
    UPLOAD_RUNS: 'The file is being uploaded already, or its node is lost: try again in {retryAfter} s.',
    TOO_MANY_TRANSFERS: 'You transfer {max} files at this node already: try again in {retryAfter} s.',
    STORAGE_UNAVAILABLE: 'The file cannot be stored or read now: try again in {retryAfter} s.',
  }),
};

/** The refusal of an upload, with its status of HTTP. */
export class UploadRefused extends Error {
  readonly status: number;
  readonly fault: Fault<RequestErrorCode>;

  constructor(status: number, fault: Fault<RequestErrorCode>) {
    super(fault.rule);
    this.status = status;
    this.fault = fault;
  }
}
