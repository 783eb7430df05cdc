// The one meaning of "the same text, roughly": what is stored for searching and ordering, what is sought, and what is
// tested in memory all pass through here, and PostgreSQL compares the results byte by byte. So no locale matters.

const ASCII = /^[\x20-\x7e]*$/;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;
/** Accents on Latin and Greek letters. In other scripts a mark makes another letter, as in й, が or कि. */
const ACCENTS = /([\p{Script=Latin}\p{Script=Greek}])[\u0300-\u036f]+/gu;

/**
 * Folds a text for searching and ordering: compatibility forms, case, accents of Latin and Greek letters, invisible
 * characters and the amount of white space make no difference. `fold(fold(text))` is `fold(text)`.
 */
export function fold(text: string): string {
  return folded(text, (once) => once.replace(ACCENTS, '$1'));
}

/** Folds a name that may be taken: like `fold`, but accents tell letters apart, so that A and Å are two flats. */
export function foldName(text: string): string {
  return folded(text, (once) => once);
}

function folded(text: string, step: (once: string) => string): string {
  if (ASCII.test(text)) return spaced(text.toLowerCase());
  let before = text;
  // A step can make a letter that the next one changes, e.g. a capital whose accents are in the wrong order.
  for (;;) {
    const after = step(caseFolded(before.normalize('NFKD').replace(IGNORABLE, '')));
    if (after === before) return spaced(after.normalize('NFC'));
    before = after;
  }
}

/**
 * Unicode's full case folding, for which JavaScript has no function: two texts are equal after this sequence if Unicode
 * folds them to one. It also joins ı with i, whose capital is the same. The first step turns ẞ into ß, the second ß into
 * SS. A sigma at the end of a word is the letter sigma.
 */
function caseFolded(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
