import type { StoredFilesParts } from '../modules/attachments/stored-files-runner.ts';
import { fileScannerOf, fileStoreOf } from '../storage/storage-of-config.ts';
import type { InstallationParts } from './installation-parts.ts';

/** Where the files of attachments are kept, and what looks for viruses in them. */
export type FileParts = Pick<StoredFilesParts, 'store' | 'scanner'>;

/** The storage of attachments, as the settings say. */
export function filesOf({ config }: Pick<InstallationParts, 'config'>): FileParts {
  return { store: fileStoreOf(config), scanner: fileScannerOf(config) };
}
