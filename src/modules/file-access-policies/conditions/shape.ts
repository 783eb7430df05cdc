/**
 * How large a value can be at most: what the cost of an expression is computed from, without the value. Sizes grow by
 * multiplication and may become Infinity, which no bound allows.
 */
export interface Shape {
  /** Characters of a text, bytes of bytes. */
  readonly chars: number;
  /** Elements of a list, entries of a map. */
  readonly items: number;
  /** What any element, key or value is at most; null where there are none. */
  readonly item: Shape | null;
  readonly isMap: boolean;
  /** Of `user` and `file`: each field's own shape. */
  readonly fields?: Readonly<Record<string, Shape>>;
}

/** A number, an instant, true or false. */
export const SCALAR: Shape = { chars: 0, items: 0, item: null, isMap: false };

/** A text of so many characters. */
export function text(chars: number): Shape {
  return { ...SCALAR, chars };
}

/** A list of so many elements. */
export function list(items: number, item: Shape | null): Shape {
  return { ...SCALAR, items, item };
}

/** A map of so many entries; `item` is what its keys and its values are at most. */
export function map(items: number, item: Shape | null): Shape {
  return { ...SCALAR, items, item, isMap: true };
}

/** A thing with fields. */
export function record(fields: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.values(fields);
  return { ...map(shapes.length, joinAll(shapes)), fields };
}

/** What is as large as either. */
export function join(a: Shape, b: Shape): Shape {
  if (a === b) return a;
  return {
    chars: Math.max(a.chars, b.chars),
    items: Math.max(a.items, b.items),
    item: a.item && b.item ? join(a.item, b.item) : (a.item ?? b.item),
    isMap: a.isMap && b.isMap,
  };
}

/** What is as large as any; null for none. */
export function joinAll(shapes: readonly Shape[]): Shape | null {
  return shapes.reduce<Shape | null>((all, one) => (all ? join(all, one) : one), null);
}

/** What one after the other is: texts and lists grow by `+`. */
export function concatenation(a: Shape, b: Shape): Shape {
  return { ...join(a, b), chars: a.chars + b.chars, items: a.items + b.items };
}

/** How many characters are read in one step. */
const CHARS_PER_STEP = 10;

/** The steps that reading so many characters takes. */
export function stepsOfChars(chars: number): number {
  return Math.ceil(chars / CHARS_PER_STEP);
}

/** The steps that looking at everything in a value takes, as comparing it does. */
export function stepsToRead({ chars, items, item }: Shape): number {
  // Without elements there is nothing to multiply: 0 times Infinity is no number.
  const inside = items > 0 && item ? items * stepsToRead(item) : 0;
  return 1 + stepsOfChars(chars) + inside;
}
