import type { StoredFilesParts } from '../modules/attachments/stored-files-runner.ts';
import { fileScannerOf, fileStoreOf } from '../storage/storage-of-config.ts';
import type { InstallationParts } from './installation-parts.ts';

/** Where the files of attachments are kept, and what looks for viruses in them. */
export type FileParts = Pick<StoredFilesParts, 'store' | 'scanner'>;

/** The storage of attachments, as the settings say. Says at the start if other nodes could not read what this one keeps. */
export function filesOf({ config, log }: Pick<InstallationParts, 'config' | 'log'>): FileParts {
  if (config.databaseUrl && !config.s3 && !config.attachmentsDir) {
    log.warn(
      {},
      'neither S3_ENDPOINT nor ATTACHMENTS_DIR is set: attachments are kept on the disk of this node',
    );
  }
  return { store: fileStoreOf(config), scanner: fileScannerOf(config) };
}
