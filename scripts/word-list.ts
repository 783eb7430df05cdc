/** A word that this repository does not use, and the words to write instead. */
interface Avoided {
  readonly pattern: RegExp;
  readonly instead: string;
}

const AVOIDED: readonly Avoided[] = [
  { pattern: /\bwhoever\b/i, instead: 'a user who …, a client that …' },
  { pattern: /\b(?:some|no|every)body\b/i, instead: 'a user, no viewer, every client' },
  { pattern: /\banew\b/i, instead: 'again' },
  { pattern: /(?<!\b(?:leav|left)[^.]*)\bbehind\b(?! (?:(?:a|the|its|one|two) )?prox)/i, instead: 'after' },
  { pattern: /\b(?:is|are|was|were|be) told\b/i, instead: 'receives' },
  { pattern: /\bhears?\b|\bheard\b/i, instead: 'receives' },
  { pattern: /\b(?:tells?|told) of\b/i, instead: 'reports, contains' },
  { pattern: /\bfollowers?\b/i, instead: 'subscription' },
  { pattern: /\bstands\b(?! (?:in )?for\b)/i, instead: 'is' },
  { pattern: /\b(?:is|are|was|were) away\b/i, instead: 'is unavailable' },
  { pattern: /\bgo(?:es)? on\b/i, instead: 'continues' },
  { pattern: /\bat once\b/i, instead: 'immediately, or: together' },
];

/** A comment that begins so is a clause without a head. The noun is missing, and the reader has to guess it. */
const HEADLESS = /^(?:What|Who|Whose|Whom|Which|How|(?:As|Of|For|By) (?:what|whom))\b[^?]*$/;

/** A fault in the prose of a file. */
export interface WordFault {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

/** A line of prose. */
interface Line {
  readonly number: number;
  readonly text: string;
  /** Whether a comment begins here. */
  readonly isStart: boolean;
}

/**
 * Finds the avoided words in the comments and messages of a program, or in the prose of a Markdown file. Quoted code and
 * the targets of links keep their names.
 */
export function wordFaults(file: string, content: string): WordFault[] {
  const lines = file.endsWith('.md') ? markdownProse(content) : programProse(content);
  return lines.flatMap(({ number, text, isStart }) => {
    const plain = text.replace(/`[^`]*`|(?<=\])\([^)]*\)/g, '');
    const words = AVOIDED.flatMap(({ pattern, instead }) => {
      const found = pattern.exec(plain)?.[0];
      return found ? [{ line: number, found, instead }] : [];
    });
    const headless = isStart ? HEADLESS.exec(text)?.[0].split(' ', 2).join(' ') : undefined;
    return headless
      ? [...words, { line: number, found: headless, instead: 'a noun or a verb at the beginning' }]
      : words;
  });
}

function markdownProse(content: string): Line[] {
  let isCode = false;
  return content.split('\n').flatMap((text, index) => {
    const isFence = text.trimStart().startsWith('```');
    if (isFence) isCode = !isCode;
    return isCode || isFence ? [] : [{ number: index + 1, text, isStart: false }];
  });
}

function programProse(content: string): Line[] {
  let isInBlock = false;
  let isAfterComment = false;
  return content.split('\n').flatMap((line, index) => {
    const number = index + 1;
    const comment = isInBlock || /^\s*(?:\/\*|\/\/)/.test(line) ? line : undefined;
    if (comment === undefined) {
      isAfterComment = false;
      const texts = [trailingComment(line), ...messagesIn(line)].filter((text) => text !== undefined);
      return texts.map((text) => ({ number, text, isStart: false }));
    }
    const text = comment.replace(/^\s*(?:\/\*\*?|\/\/\/?|\*(?!\/))?\s?|\s*\*\/\s*$/g, '');
    const isStart = !isAfterComment && text !== '';
    isInBlock = (isInBlock || comment.trimStart().startsWith('/*')) && !comment.includes('*/');
    isAfterComment = isInBlock ? isAfterComment || isStart : !comment.includes('*/');
    return [{ number, text, isStart }];
  });
}

function trailingComment(line: string): string | undefined {
  return /\s\/\/ (.*)$/.exec(line)?.[1];
}

/** Texts of four words or more: messages, descriptions and names of tests. Alerts may rely on the words of log lines. */
function messagesIn(line: string): string[] {
  if (/\blog\.(?:debug|info|warn|error)\(/.test(line)) return [];
  return [...line.matchAll(/(['"`])((?:(?!\1).)*)\1/g)]
    .map(([, , text = '']) => text)
    .filter((text) => text.split(' ').length > 3);
}
