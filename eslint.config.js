import graphql from '@graphql-eslint/eslint-plugin';

/** A client must know what null means. A query or a mutation is null if it was refused: its error says why. */
const saysWhenNull = {
  meta: { type: 'problem', schema: [] },
  create: (context) => ({
    'ObjectTypeDefinition[name.value!=/^(Query|Mutation)$/] > FieldDefinition[gqlType.kind!=NonNullType]'(
      node,
    ) {
      const { description, name } = node.rawNode();
      if (/null/i.test(description?.value ?? '')) return;
      const place = `${node.parent.name.value}.${name.value}`;
      context.report({
        node,
        message: `${place} may be null, so its description has to say when: "Null if …".`,
      });
    },
  }),
};

/** ESLint reads schema.graphql and nothing else: code is Biome's. */
export default [
  {
    files: ['schema.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql, lockstep: { rules: { 'says-when-null': saysWhenNull } } },
    rules: {
      ...graphql.configs['flat/schema-relay'].rules,
      'lockstep/says-when-null': 'error',
      // Not every list is a connection: a payload's userErrors are few and come whole.
      // Nor is everything in one a Node: the items of a job and the entries of a log have no version.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
      ],
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      '@graphql-eslint/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          DirectiveDefinition: 'camelCase',
          EnumValueDefinition: 'UPPER_CASE',
          'FieldDefinition[parent.name.value=Query]': {
            forbiddenPrefixes: ['query', 'get', 'list', 'all'],
            forbiddenSuffixes: ['Query'],
          },
          // Noun first: customerCreate sorts beside customerUpdate.
          'FieldDefinition[parent.name.value=Mutation]': {
            forbiddenPatterns: [/^(create|update|delete|remove|add|set)[A-Z]/],
            forbiddenSuffixes: ['Mutation'],
          },
          'FieldDefinition[parent.name.value=Subscription]': {
            forbiddenPrefixes: ['on'],
            forbiddenSuffixes: ['Subscription'],
          },
        },
      ],
      '@graphql-eslint/no-hashtag-description': 'error',
      '@graphql-eslint/no-unreachable-types': 'error',
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/unique-enum-value-names': 'error',
    },
  },
];
