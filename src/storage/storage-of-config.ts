import path from 'node:path';
import type { Config } from '../config/config.ts';
import { ClamdScanner } from './clamd-scanner.ts';
import { DiskStore } from './disk-store.ts';
import type { FileScanner } from './file-scanner.ts';
import type { FileStore } from './file-store.ts';
import { S3Store } from './s3-store.ts';

/** Makes the store that the settings name: a bucket, else a folder. */
export function fileStoreOf({
  s3,
  attachmentsDir,
  dataDir,
}: Pick<Config, 's3' | 'attachmentsDir' | 'dataDir'>): FileStore {
  return s3 ? new S3Store(s3) : new DiskStore(attachmentsDir ?? path.join(dataDir, 'attachments'));
}

/** Makes the scanner that the settings name; null if they name none. */
export function fileScannerOf({ clamdUrl }: Pick<Config, 'clamdUrl'>): FileScanner | null {
  return clamdUrl ? new ClamdScanner(clamdUrl) : null;
}
