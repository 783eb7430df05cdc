import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types the operations in the examples against the committed schema; what it writes is not committed. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['examples/**/*.ts', '!examples/gql/**'],
  generates: {
    'examples/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
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
      },
    },
  },
};

export default config;
