/** A type of files that is accepted. */
export interface AcceptedType {
  readonly mediaType: string;
  /** The endings of its names; the first is added to a name that has none of them. */
  readonly endings: readonly string[];
  /** Whether browsers may show it in a page. All others are downloaded. */
  readonly isInline: boolean;
}

const image = (mediaType: string, ...endings: string[]): AcceptedType => ({
  mediaType,
  endings,
  isInline: true,
});
const download = (mediaType: string, ...endings: string[]): AcceptedType => ({
  mediaType,
  endings,
  isInline: false,
});
const office = (kind: string, ending: string) =>
  download(`application/vnd.openxmlformats-officedocument.${kind}`, ending);

/**
 * Whatever reads as text is a text: a page, a picture in SVG or a script, too. As a text it is downloaded, and nothing in it
 * runs.
 */
const TEXT = download('text/plain', 'txt', 'csv', 'log', 'md', 'json');

/** The types that are accepted. What a file is follows from its content, and never from its name. */
const ACCEPTED: readonly AcceptedType[] = [
  image('image/png', 'png'),
  image('image/jpeg', 'jpg', 'jpeg'),
  image('image/gif', 'gif'),
  image('image/webp', 'webp'),
  download('image/heic', 'heic'),
  download('application/pdf', 'pdf'),
  download('application/zip', 'zip'),
  download('video/mp4', 'mp4'),
  download('video/quicktime', 'mov'),
  download('audio/mpeg', 'mp3'),
  office('wordprocessingml.document', 'docx'),
  office('spreadsheetml.sheet', 'xlsx'),
  office('presentationml.presentation', 'pptx'),
  download('application/vnd.oasis.opendocument.text', 'odt'),
  download('application/vnd.oasis.opendocument.spreadsheet', 'ods'),
  TEXT,
];

/** Types that are texts, and would be active under their own names. */
const TEXTS = new Set(['application/xml', 'text/xml', 'image/svg+xml', 'text/html', 'application/xhtml+xml']);

/** The names of the types that are accepted. */
export const ACCEPTED_NAMES = ACCEPTED.map(({ mediaType }) => mediaType).join(', ');

/** The first bytes of a file, by which its type is known. */
export const HEAD_BYTES = 65_536;

/** Finds the type of a file by its first bytes; null if it is not accepted. */
export async function typeOf(head: Uint8Array, isWhole: boolean): Promise<AcceptedType | null> {
  // Loaded with the first upload: it knows hundreds of formats.
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found && !TEXTS.has(found.mime)) return acceptedType(found.mime);
  return isText(head, isWhole) ? TEXT : null;
}

/** The accepted type of a name, e.g. `image/png`; null if there is none. */
export function acceptedType(mediaType: string | null): AcceptedType | null {
  return ACCEPTED.find((type) => type.mediaType === mediaType) ?? null;
}

/** Whether bytes are UTF-8 without control characters; the last character may be cut off if more follow. */
function isText(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return !/(?![\t\n\r\f])\p{Cc}/u.test(text);
  } catch {
    return false;
  }
}
