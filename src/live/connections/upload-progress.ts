import { type AttachmentLimits, type Upload, type Uploading, uploadsIn } from '../../core/feeds/uploading.ts';
import type { LeasedSets } from '../../signals/leased-sets.ts';

/** The time for which one sign of an upload counts: an upload that receives nothing for so long is ended. */
const LASTS_MS = 20_000;

/** Tells all nodes how far uploads are, in a leased set for each tenant: of each upload the latest sign counts. */
export class UploadProgress implements Uploading {
  readonly limits: AttachmentLimits;
  readonly #sets: Pick<LeasedSets, 'put' | 'remove' | 'latest'>;

  constructor(sets: Pick<LeasedSets, 'put' | 'remove' | 'latest'>, limits: AttachmentLimits) {
    this.#sets = sets;
    this.limits = limits;
  }

  async latest(tenantId: string): Promise<readonly Upload[]> {
    const members = await this.#sets.latest(uploadsIn(tenantId));
    return [...members.values()].flatMap(readUpload);
  }

  note(upload: Upload): void {
    this.#sets.put(uploadsIn(upload.tenantId), upload.attachmentId, JSON.stringify(upload), LASTS_MS);
  }

  end({ tenantId, attachmentId }: Pick<Upload, 'tenantId' | 'attachmentId'>): void {
    this.#sets.remove(uploadsIn(tenantId), attachmentId);
  }
}

/** Reads a member; one that cannot be read is left out. */
function readUpload(value: string): Upload[] {
  try {
    return [JSON.parse(value) as Upload];
  } catch {
    return [];
  }
}
