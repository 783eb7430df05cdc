// Names of files come from clients: they are cleaned first, and judged afterwards.

/** The longest name, in bytes of UTF-8: file systems have room for 255, and browsers add to a name. */
const MAX_BYTES = 200;
/** Characters that are not shown, halves of characters, and those that turn the order of the others round. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** Characters that Windows accepts in no name. */
const FORBIDDEN = /[<>:"|?*]/g;
/** The names of devices of Windows, whatever follows the first dot. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;
const NAMELESS = 'file';

/** Cleans the name of a file: it leads nowhere, is shown as it is, and can be saved on every system. */
export function cleanName(given: string): string {
  const seen = given.normalize('NFC').replace(UNSEEN, '');
  const last = seen.split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(FORBIDDEN, '_').replace(/^[\s.]+|[\s.]+$/gu, '');
  const short = shortened(plain, MAX_BYTES);
  if (short === '') return NAMELESS;
  return DEVICES.test(short) ? `_${short}` : short;
}

/** The name with an ending of its type: a name that claims to be of another type gets one more. */
export function withEnding(name: string, endings: readonly string[]): string {
  const lower = name.toLowerCase();
  if (endings.some((ending) => lower.endsWith(`.${ending}`))) return name;
  const added = `.${endings[0]}`;
  return `${shortened(name, MAX_BYTES - added.length)}${added}`;
}

/** Cuts a name to a number of bytes, between characters, and keeps a short ending. */
function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? '';
  let room = maxBytes - Buffer.byteLength(ending);
  let kept = '';
  for (const character of name.slice(0, name.length - ending.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}${ending}`;
}
