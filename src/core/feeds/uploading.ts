/** An upload that is under way, as all nodes know it: with the columns by which its attachment is visible. */
export interface Upload {
  readonly attachmentId: string;
  readonly receivedBytes: number;
  readonly sizeBytes: number;
  readonly tenantId: string;
  readonly subjectType: string;
  readonly conversationId: string;
  readonly maintenanceRequestId: string | null;
  readonly incidentId: string | null;
  readonly customerId: string | null;
  readonly residentId: string | null;
  readonly isInternal: boolean;
}

/** The largest sums of bytes of attachments. */
export interface AttachmentLimits {
  readonly maxAttachmentBytes: number;
  readonly maxSubjectAttachmentBytes: number;
  readonly maxTenantAttachmentBytes: number;
}

/** The uploads of all nodes. Nothing of their progress is in the database, and each ends by itself. */
export interface Uploading {
  readonly limits: AttachmentLimits;
  /** The uploads in a tenant, as subscriptions to it last saw them. */
  latest(tenantId: string): Promise<readonly Upload[]>;
  /** Notes the progress of an upload of this node; it is forgotten some seconds after its last sign. */
  note(upload: Upload): void;
  /** Notes that an upload of this node has ended without a file. */
  end(upload: Pick<Upload, 'tenantId' | 'attachmentId'>): void;
}

/** The name of the leased set that holds the uploads in a tenant. */
export function uploadsIn(tenantId: string): string {
  return `uploads:${tenantId}`;
}
