import { SCALAR, type Shape, stepsOfChars, stepsToRead, text } from './shape.ts';

/** What calling a function costs and how large its answer is; the first shape is of what it is called on. */
export interface Costs {
  readonly steps: number;
  readonly shape: Shape;
}

type CostsOf = (on: Shape, ...args: readonly Shape[]) => Costs;

const scalar = (steps: number): Costs => ({ steps, shape: SCALAR });
const reading: CostsOf = (on) => scalar(stepsOfChars(on.chars));

/** A search compares the sought text at every place, at worst. */
const search: CostsOf = (on, sought = SCALAR) => scalar(Math.ceil((on.chars * (1 + sought.chars)) / 100));

/** Some letters become three when their case is changed. */
const recased: CostsOf = (on) => ({ steps: stepsOfChars(on.chars), shape: text(3 * on.chars) });
const part: CostsOf = (on) => ({ steps: stepsOfChars(on.chars), shape: text(on.chars) });

/** With the name of a time zone the library formats the time and parses what it has written. */
const partOfTime: CostsOf = (_on, zone) => scalar(zone ? 500 : 1);

/** The library's regular expression for a duration takes time with the third power of a text of digits. */
const duration: CostsOf = (on) => scalar(Math.ceil(on.chars ** 3 / 100));

/** The library reads a whole number of any length, so one may have as many digits as a condition has characters. */
const MAX_NUMBER_CHARS = 2_000;

/**
 * Every function that a condition may call, by what it costs. What is not here is refused, because its cost depends on
 * more than sizes (`matches` runs a regular expression that backtracks), because sizes say nothing of its answer
 * (`json`, `dyn`), or because no condition needs it.
 */
export const FUNCTIONS: ReadonlyMap<string, CostsOf> = new Map<string, CostsOf>([
  ['size', reading],
  ['int', reading],
  ['double', reading],
  ['bool', reading],
  ['string', (on) => ({ steps: stepsOfChars(on.chars), shape: text(Math.max(MAX_NUMBER_CHARS, on.chars)) })],
  ['timestamp', reading],
  ['duration', duration],
]);

/** Those that are called on a value. */
export const METHODS: ReadonlyMap<string, CostsOf> = new Map<string, CostsOf>([
  ['size', reading],
  ['startsWith', (_on, sought = SCALAR) => scalar(stepsToRead(sought))],
  ['endsWith', (_on, sought = SCALAR) => scalar(stepsToRead(sought))],
  ['contains', search],
  ['indexOf', search],
  ['lastIndexOf', search],
  ['lowerAscii', recased],
  ['upperAscii', recased],
  ['trim', part],
  ['substring', part],
  ...[
    'getFullYear',
    'getMonth',
    'getDate',
    'getDayOfMonth',
    'getDayOfWeek',
    'getDayOfYear',
    'getHours',
    'getMinutes',
    'getSeconds',
    'getMilliseconds',
  ].map((name): [string, CostsOf] => [name, partOfTime]),
]);
