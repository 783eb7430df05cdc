// Renders a Helm chart as far as its templates use the language: values, `if`, `range` over a map, `else` of neither, and
// the functions below. A template that uses more is an error, so the chart stays this simple.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

type Scope = Readonly<Record<string, unknown>>;

/** The functions of Helm that the chart uses; a piped value is the last argument. */
const FUNCTIONS: Readonly<Record<string, (...args: never[]) => unknown>> = {
  default: (fallback: unknown, value: unknown) => value || fallback,
  nindent: (columns: number, text: string) => `\n${text.replace(/^/gm, ' '.repeat(columns))}`,
  not: (value: unknown) => !value,
  quote: (value: unknown) => JSON.stringify(String(value)),
  toYaml: (value: unknown) => stringify(value).trimEnd(),
};

/** The manifests of a chart, with `values` in place of those of its file. */
export function manifestsOf(folder: string, values: Scope = {}): Manifest[] {
  const read = (...names: string[]) => readFileSync(path.join(folder, ...names), 'utf8');
  const { appVersion } = parse(read('Chart.yaml'));
  const scope = {
    Values: merged(parse(read('values.yaml')), values),
    Chart: { AppVersion: appVersion },
    Release: { Name: 'demo' },
  };
  return readdirSync(path.join(folder, 'templates')).flatMap((name) =>
    parseAllDocuments(rendered(read('templates', name), scope))
      .map((document) => document.toJS())
      .filter((manifest) => manifest !== null),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest has the shape of its kind.
export type Manifest = any;

function merged(base: Scope, over: Scope): Scope {
  const changed = Object.entries(over).map(([key, value]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [key, isMap ? merged((base[key] ?? {}) as Scope, value as Scope) : value] as const;
  });
  return { ...base, ...Object.fromEntries(changed) };
}

const ACTION = /(\s*)\{\{(-?)\s*(.*?)\s*\}\}/gs;
const RANGE = /^range \$(\w+), \$(\w+) := (.+)$/;

/** A text, an expression that prints its value, or a block up to its `end`. */
type Part =
  | { readonly text: string }
  | { readonly printed: string }
  | { readonly opens: string; readonly body: Part[] };

function rendered(template: string, scope: Scope): string {
  return textOf(partsOf(template), scope);
}

function partsOf(template: string): Part[] {
  const whole: Part[] = [];
  const open = [whole];
  let from = 0;
  for (const action of template.matchAll(ACTION)) {
    const [all, blank = '', trim, expression = ''] = action;
    const current = open.at(-1) ?? whole;
    current.push({ text: template.slice(from, action.index) + (trim ? '' : blank) });
    from = action.index + all.length;
    if (expression === 'end') open.pop();
    else if (!/^(if|range) /.test(expression)) current.push({ printed: expression });
    else {
      const body: Part[] = [];
      current.push({ opens: expression, body });
      open.push(body);
    }
  }
  whole.push({ text: template.slice(from) });
  if (open.length !== 1) throw new Error('A block of the chart is not closed.');
  return whole;
}

function textOf(parts: readonly Part[], scope: Scope): string {
  return parts.map((part) => partText(part, scope)).join('');
}

function partText(part: Part, scope: Scope): string {
  if ('text' in part) return part.text;
  if ('printed' in part) return String(evaluated(part.printed, scope));
  const { opens, body } = part;
  if (opens.startsWith('if ')) return evaluated(opens.slice(3), scope) ? textOf(body, scope) : '';
  const [, key = '', value = '', of = ''] = RANGE.exec(opens) ?? [];
  return Object.entries(evaluated(of, scope) as Scope)
    .map(([name, one]) => textOf(body, { ...scope, [`$${key}`]: name, [`$${value}`]: one }))
    .join('');
}

function evaluated(expression: string, scope: Scope): unknown {
  const [first = '', ...rest] = expression.split(' | ');
  return rest.reduce((value, call) => called(call, scope, [value]), called(first, scope, []));
}

function called(call: string, scope: Scope, piped: unknown[]): unknown {
  const [name = '', ...args] = call.split(' ');
  const run = FUNCTIONS[name];
  if (run) return run(...([...args.map((arg) => termOf(arg, scope)), ...piped] as never[]));
  if (args.length > 0) throw new Error(`The chart uses ${name}, which the test does not know.`);
  return termOf(name, scope);
}

function termOf(term: string, scope: Scope): unknown {
  if (/^\d+$/.test(term)) return Number(term);
  if (term.startsWith('$')) return scope[term];
  if (!term.startsWith('.')) throw new Error(`The chart uses ${term}, which the test does not know.`);
  return term
    .slice(1)
    .split('.')
    .reduce((value: unknown, key) => {
      if (typeof value !== 'object' || value === null || !(key in value))
        throw new Error(`There is no ${term}.`);
      return (value as Scope)[key];
    }, scope);
}
