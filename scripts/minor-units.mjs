// Amounts of money are BIGINT columns whose names end in `Minor`. The server reads them as numbers (src/db/minor-units.ts),
// so the rows of the generated client have numbers there, too. What it computes of them, e.g. a sum, stays a bigint.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CLIENT_MODELS = 'src/generated/prisma/models';
/** A column in the type of a row, which is indented further than those of sums and arguments. */
const AMOUNT_OF_A_ROW = /^( {4}\w+Minor: )bigint(?=( \| null)?$)/gm;

/** Whether a column of the models holds an amount of money in minor units. */
export function isAmount({ name, type }) {
  return type === 'BigInt' && name.endsWith('Minor');
}

/** Declares the amounts in the rows of the generated client as numbers. */
export function declareAmounts() {
  for (const name of readdirSync(CLIENT_MODELS)) {
    const file = path.join(CLIENT_MODELS, name);
    const text = readFileSync(file, 'utf8');
    const declared = text.replace(AMOUNT_OF_A_ROW, '$1number');
    if (declared !== text) writeFileSync(file, declared);
  }
}
