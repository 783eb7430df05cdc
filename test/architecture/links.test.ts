import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n');

/** The text of a document without its code, in which a bracket is no link. */
function proseOf(document: string): string {
  return readFileSync(document, 'utf8')
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));
}

/** The anchors that a reader of the repository can jump to: of each heading its words in lower case, joined by hyphens. */
function anchorsOf(document: string): string[] {
  const headings = [
    ...readFileSync(document, 'utf8')
      .replace(/^```.*?^```/gms, '')
      .matchAll(/^#+ (.+)$/gm),
  ];
  return headings.map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a document to files and headings of the repository that lead nowhere. */
function deadLinks(document: string): string[] {
  const targets = [...proseOf(document).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  );
  return targets.filter((target) => {
    const [file = '', anchor] = target.split('#');
    const linked = file ? path.join(path.dirname(document), file) : document;
    if (!existsSync(linked)) return true;
    return anchor !== undefined && linked.endsWith('.md') && !anchorsOf(linked).includes(anchor);
  });
}

test('every link of the documents leads to a file, and to a heading of it', () => {
  expect(documents.length).toBeGreaterThan(80);
  const dead = documents.flatMap((document) => deadLinks(document).map((target) => `${document}: ${target}`));
  expect(dead).toEqual([]);
});

test('every document of `docs` is reached by links from the README', () => {
  const reached = new Set(['README.md']);
  for (const document of reached) {
    for (const [, target = ''] of proseOf(document).matchAll(/\]\((?!\w+:)([^)#\s]+)[^)]*\)/g)) {
      const linked = path.join(path.dirname(document), target);
      if (linked.endsWith('.md') && existsSync(linked)) reached.add(linked);
    }
  }
  expect(documents.filter((document) => document.startsWith('docs/') && !reached.has(document))).toEqual([]);
});
