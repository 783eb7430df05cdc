import type { CodegenConfig } from '@graphql-codegen/cli';

const TYPES = {
  useTypeImports: true,
  enumsAsTypes: true,
  strictScalars: true,
  // The types have what the documents select and nothing else.
  skipTypename: true,
  scalars: {
    DateTime: 'string',
    Cursor: 'string',
    CurrencyCode: 'string',
    MinorUnits: 'number',
    JSON: 'unknown',
  },
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
} as const;

/** Types the operations of the examples and of the console against the committed schema; what it writes is not committed. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'examples/gql/': {
      documents: ['examples/**/*.ts', '!examples/gql/**'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: TYPES,
    },
    'console/src/gql/': {
      documents: ['console/src/**/*.{ts,tsx}', '!console/src/gql/**'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      // As texts: a page that sends them needs no printer, and the types of what it asks alone.
      config: { ...TYPES, documentMode: 'string', onlyOperationTypes: true },
    },
  },
};

export default config;
