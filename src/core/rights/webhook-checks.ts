import type { Fault } from '../requests/fault.ts';
import type { Viewer } from './viewer.ts';

/** The document of a webhook with its variables, as JSON text. */
export interface WebhookDocument {
  readonly document: string;
  readonly variables: string;
}

/** Checks the parts of a webhook as they are checked again before each delivery. */
export interface WebhookChecks {
  /** Why no event may be sent to a URL; null if one may be, as far as is known now. */
  urlFault(url: string): Promise<Fault<'INVALID_INPUT'> | null>;
  /** Why a viewer may not subscribe to the feed of a tenant with a document; null if it may. */
  documentFault(asked: WebhookDocument, viewer: Viewer, tenantId: string): DocumentFault | null;
}

/** A fault of a document, and the field that has it. */
export interface DocumentFault {
  readonly fault: Fault<'INVALID_INPUT'>;
  readonly field: keyof WebhookDocument;
  /** Whether the document would be good with more rights. */
  readonly isOfRights: boolean;
}
