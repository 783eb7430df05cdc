import { pick } from '../../lib/pick.ts';

const FIRST_WORDS = [
  'Alder',
  'Birch',
  'Cedar',
  'Dogwood',
  'Elm',
  'Fir',
  'Ginkgo',
  'Hazel',
  'Ironwood',
  'Juniper',
  'Katsura',
  'Larch',
  'Maple',
  'Nutmeg',
  'Oak',
  'Pine',
  'Quince',
  'Rowan',
  'Spruce',
  'Tamarack',
  'Umber',
  'Viburnum',
  'Willow',
  'Yew',
  'Zelkova',
  'Aspen',
  'Beech',
  'Chestnut',
  'Elder',
  'Linden',
] as const;
const LAST_WORDS = [
  'Homes',
  'Court',
  'Residences',
  'Properties',
  'Estates',
  'Lofts',
  'Housing',
  'Terraces',
  'Living',
  'Place',
] as const;

/** The name of a company; the first 300 numbers give different ones. */
export function companyName(number: number): string {
  const round = Math.floor(number / FIRST_WORDS.length);
  return `${pick(FIRST_WORDS, number)} ${pick(LAST_WORDS, number + round)}`;
}
