import type { Json } from './json.ts';
import type { PathRules } from './settings.ts';

/** The one form in which a value is kept. The order of a set means nothing, so equal sets are equal values. */
export function canonical({ isSet }: Pick<PathRules, 'isSet'>, value: Json): Json {
  return isSet && isTexts(value) ? value.toSorted() : value;
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
