/** The key of a purpose of each tenant, which the walks over the schema can name without knowing its id. */
export const WALKED_PURPOSE = 'walked-purpose';
