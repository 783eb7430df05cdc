import { optional, setting } from './setting.ts';
import { text, url, wholeNumber } from './value-kinds.ts';

/** The size of the largest file that a column of whole numbers counts. */
const MOST_BYTES = 2 ** 31 - 1;

/** The settings of attachments: where they are kept, who scans them, and their limits; a part of `SETTINGS`. */
export const ATTACHMENT_SETTINGS = {
  attachmentsDir: optional(
    'ATTACHMENTS_DIR',
    text('the path of a directory'),
    '`attachments` in `DATA_DIR`',
    'The directory in which attachments are kept, on a disk that all nodes share. Not used with `S3_ENDPOINT`.',
  ),
  s3Endpoint: optional(
    'S3_ENDPOINT',
    url('https', 'http'),
    'attachments are kept in `ATTACHMENTS_DIR`',
    'The storage that keeps attachments, if it speaks the protocol of S3; goes with `S3_BUCKET`, `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`.',
  ),
  s3Region: setting('S3_REGION', text('a region'), 'us-east-1', 'The region of the bucket.'),
  s3Bucket: optional('S3_BUCKET', text('a name'), 'none', 'The bucket.'),
  s3AccessKeyId: optional('S3_ACCESS_KEY_ID', text('the id of a key'), 'none', 'The id of the key to it.'),
  s3SecretAccessKey: optional('S3_SECRET_ACCESS_KEY', text('a secret'), 'none', 'The secret of the key.'),
  clamdUrl: optional(
    'CLAMD_URL',
    url('tcp'),
    'attachments are not scanned',
    'The clamd that scans attachments before they can be downloaded, e.g. `tcp://clamd:3310`. Its `StreamMaxLength` must be at least `MAX_ATTACHMENT_BYTES`. Without it they count as clean.',
  ),
  maxAttachmentBytes: setting(
    'MAX_ATTACHMENT_BYTES',
    wholeNumber(1, MOST_BYTES),
    104_857_600,
    'The largest attachment.',
  ),
  maxSubjectAttachmentBytes: setting(
    'MAX_SUBJECT_ATTACHMENT_BYTES',
    wholeNumber(1, 1e15 - 1),
    1_073_741_824,
    'Bytes of the attachments about one row and in the messages about it; those of the staff count by themselves.',
  ),
  maxTenantAttachmentBytes: setting(
    'MAX_TENANT_ATTACHMENT_BYTES',
    wholeNumber(1, 1e15 - 1),
    107_374_182_400,
    'Bytes of the attachments of a tenant.',
  ),
};
