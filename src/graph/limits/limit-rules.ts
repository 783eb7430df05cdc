import { isIntrospectionType, OperationTypeNode, type ValidationRule } from 'graphql';
import { type OperationLimits, tooComplex } from './operation-limits.ts';
import { sizeMeter } from './operation-size.ts';

type SizeLimits = Pick<OperationLimits, 'maxDepth' | 'maxAliases' | 'maxRootMutations'>;

/**
 * The limits that do not depend on variables, as validation rules in addition to GraphQL's own. GraphQL's rules bound
 * how deep introspection nests; these bound how often it is requested.
 */
export function limitRules(limits: SizeLimits): ValidationRule[] {
  return [sizeRule(limits), plainIntrospectionRule];
}

function sizeRule({ maxDepth, maxAliases, maxRootMutations }: SizeLimits): ValidationRule {
  return (context) => {
    const measure = sizeMeter((name) => context.getFragment(name));
    return {
      OperationDefinition(operation) {
        const { depth, aliases, fields } = measure(operation.selectionSet);
        const isMutation = operation.operation === OperationTypeNode.MUTATION;
        const refuse = (message: string) => context.reportError(tooComplex(message, operation));
        if (depth > maxDepth) {
          refuse(`The operation is ${depth} levels deep; ${maxDepth} are allowed (MAX_DEPTH).`);
        }
        if (aliases > maxAliases) {
          refuse(`The operation has ${aliases} aliases; ${maxAliases} are allowed (MAX_ALIASES).`);
        }
        if (isMutation && fields > maxRootMutations) {
          refuse(
            `The operation has ${fields} mutations; ${maxRootMutations} are allowed (MAX_ROOT_MUTATIONS).`,
          );
        }
      },
    };
  };
}

/** Without aliases, equal fields merge: however often it is written, the schema is returned once. */
function plainIntrospectionRule(context: Parameters<ValidationRule>[0]): ReturnType<ValidationRule> {
  return {
    Field(field) {
      const parent = context.getParentType();
      const isInside = parent && isIntrospectionType(parent);
      if (!field.alias || !(isInside || field.name.value === '__schema')) return;
      context.reportError(tooComplex(`Introspection takes no aliases, as on "${field.name.value}".`, field));
    },
  };
}
