import { SCALAR, type Shape, stepsOfChars, stepsToRead, text } from './shape.ts';

/** The cost of an expression and the shape of its result. */
export interface Costs {
  readonly steps: number;
  readonly shape: Shape;
}

/** Computes the costs of a call from the shapes of the receiver, or first argument, and of the other arguments. */
type CostsOf = (on: Shape, ...args: readonly Shape[]) => Costs;

const scalar = (steps: number): Costs => ({ steps, shape: SCALAR });
const reading: CostsOf = (on) => scalar(stepsOfChars(on.chars));

/** At worst, a search compares the sought text at every position. */
const search: CostsOf = (on, sought = SCALAR) => scalar(Math.ceil((on.chars * (1 + sought.chars)) / 100));

/** A change of case turns some letters into three. */
const recased: CostsOf = (on) => ({ steps: stepsOfChars(on.chars), shape: text(3 * on.chars) });
const part: CostsOf = (on) => ({ steps: stepsOfChars(on.chars), shape: text(on.chars) });

/** Given a time zone, the time is formatted on its clocks, and the result is read. */
const partOfTime: CostsOf = (_on, zone) => scalar(zone ? 500 : 1);

/** The library's regular expression for durations takes cubic time on a text of digits. */
const duration: CostsOf = (on) => scalar(Math.ceil(on.chars ** 3 / 100));

/** The library parses integers of any length, so a number can have as many digits as a condition has characters. */
const MAX_NUMBER_CHARS = 2_000;

/**
 * The functions that a condition may call, with their costs. All others are refused, because their cost depends on more
 * than sizes (`matches` runs a regular expression that backtracks), because sizes do not limit the result (`json`,
 * `dyn`), or because no condition needs them.
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

/** The methods that a condition may call on a value, with their costs. */
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
