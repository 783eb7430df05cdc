// The models that rooms write do not mention folds: each text column of an entity receives its fold beside it here, and
// an index by such a column becomes one by its fold. So a room declares a column once, and it can be searched and sorted.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SOURCE = 'prisma/models';
const TARGET = 'prisma/generated';

const MODEL = /^model \w+ \{\n[\s\S]*?^\}/gm;
const TEXT_COLUMN = /^ {2}(\w+) +String\??(?= |$)(?!.*@db\.Uuid).*$/gm;

/** Adds the folds to the text of one file of models. An entity is a model with a version. */
export function withFolds(models) {
  return models.replace(MODEL, (model) => (/^ {2}version +Int/m.test(model) ? folded(model) : model));
}

function folded(model) {
  const texts = [...model.matchAll(TEXT_COLUMN)].map(([line, name]) => ({
    name,
    dbName: mappedIn(line) ?? name,
  }));
  const names = texts.map(({ name }) => name);
  const columns = texts.map(({ name, dbName }) => `  ${name}Fold String? @map("${dbName}_fold")\n`);
  const byFold = (columns) =>
    columns.replace(/\w+/g, (word) => (names.includes(word) ? `${word}Fold` : word));
  const indexed = model
    .replace(/^ {2}@@index\(.*$/gm, byFold)
    // A list that is sorted by a unique name needs an index by the fold of that name.
    .replace(/^ {2}@@unique\(\[(.*)\]\)$/gm, (unique, columns) =>
      byFold(columns) === columns ? unique : `${unique}\n  @@index([${byFold(columns)}, id])`,
    );
  return indexed.replace(/\}$/, `${columns.join('')}}`);
}

/** The name that a line of a model gives its column in the database, if it has another one there. */
function mappedIn(line) {
  return /@map\("(\w+)"\)/.exec(line)?.[1];
}

/** Writes the models with their folds to where Prisma reads them. */
export function writeFoldedModels() {
  rmSync(TARGET, { recursive: true, force: true }); // a model that was removed, too
  mkdirSync(TARGET, { recursive: true });
  for (const name of readdirSync(SOURCE)) {
    writeFileSync(path.join(TARGET, name), withFolds(readFileSync(path.join(SOURCE, name), 'utf8')));
  }
}
