/** Adds the folds to the text of one file of models. */
export function withFolds(models: string): string;
