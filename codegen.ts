import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * Types the operations that stand in the TypeScript files of one folder; what it writes is not committed.
 *
 * The tests send text. The clients of the examples want the parsed document: Apollo takes nothing else.
 */
function typedDocuments(folder: string, documentMode: 'string' | 'documentNode'): CodegenConfig['generates'] {
  return {
    [`${folder}/gql/`]: {
      documents: [`${folder}/**/*.ts`, `!${folder}/gql/**`],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode,
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', Cursor: 'string', CurrencyCode: 'string' },
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
      },
    },
  };
}

const config: CodegenConfig = {
  schema: 'schema.graphql',
  ignoreNoDocuments: true,
  generates: { ...typedDocuments('test', 'string'), ...typedDocuments('examples', 'documentNode') },
};

export default config;
