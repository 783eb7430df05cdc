/**
 * The largest size that a value can have. The cost of an expression is computed from such sizes, before there are
 * values. Sizes grow by multiplication and may become Infinity, which exceeds every limit.
 */
export interface Shape {
  /** Characters of a text, bytes of bytes. */
  readonly chars: number;
  /** Elements of a list, entries of a map. */
  readonly items: number;
  /** The largest shape of an element, key or value; null if there are none. */
  readonly item: Shape | null;
  readonly isMap: boolean;
  /** The shape of each field of `user` or `file`. */
  readonly fields?: Readonly<Record<string, Shape>>;
}

/** A number, an instant, true or false. */
export const SCALAR: Shape = { chars: 0, items: 0, item: null, isMap: false };

/** The shape of a text of this length. */
export function text(chars: number): Shape {
  return { ...SCALAR, chars };
}

/** The shape of a list of this many elements. */
export function list(items: number, item: Shape | null): Shape {
  return { ...SCALAR, items, item };
}

/** The shape of a map of this many entries; `item` is the largest shape of a key or value. */
export function map(items: number, item: Shape | null): Shape {
  return { ...SCALAR, items, item, isMap: true };
}

/** The shape of an object with these fields. */
export function record(fields: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.values(fields);
  return { ...map(shapes.length, joinAll(shapes)), fields };
}

/** The smallest shape that holds either of two. */
export function join(a: Shape, b: Shape): Shape {
  if (a === b) return a;
  return {
    chars: Math.max(a.chars, b.chars),
    items: Math.max(a.items, b.items),
    item: a.item && b.item ? join(a.item, b.item) : (a.item ?? b.item),
    isMap: a.isMap && b.isMap,
  };
}

/** The smallest shape that holds any of several; null if there are none. */
export function joinAll(shapes: readonly Shape[]): Shape | null {
  return shapes.reduce<Shape | null>((all, one) => (all ? join(all, one) : one), null);
}

/** The shape of two values joined by `+`: texts and lists grow. */
export function concatenation(a: Shape, b: Shape): Shape {
  return { ...join(a, b), chars: a.chars + b.chars, items: a.items + b.items };
}

/** Counts how deep lists and maps nest in a value; an empty one does not count. */
export function nestingOf({ item }: Shape): number {
  return item ? 1 + nestingOf(item) : 0;
}

/** The number of characters that one step reads. */
const CHARS_PER_STEP = 10;

/** The steps that it takes to read this many characters. */
export function stepsOfChars(chars: number): number {
  return Math.ceil(chars / CHARS_PER_STEP);
}

/** The steps that it takes to read all of a value, as a comparison does. */
export function stepsToRead({ chars, items, item }: Shape): number {
  // 0 times Infinity is NaN, so an empty list is not multiplied.
  const inside = items > 0 && item ? items * stepsToRead(item) : 0;
  return 1 + stepsOfChars(chars) + inside;
}
