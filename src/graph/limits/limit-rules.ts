import { isIntrospectionType, OperationTypeNode, type ValidationRule } from 'graphql';
import type { Fault } from '../../core/requests/fault.ts';
import { refusedBy } from '../schema/refused-by.ts';
import { type OperationLimits, TOO_COMPLEX } from './operation-limits.ts';
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
        const refuse = (fault: Fault<'QUERY_TOO_COMPLEX'>) =>
          context.reportError(refusedBy(fault, { nodes: operation }));
        if (depth > maxDepth) refuse(TOO_COMPLEX.TOO_DEEP({ count: depth, max: maxDepth }));
        if (aliases > maxAliases) refuse(TOO_COMPLEX.TOO_MANY_ALIASES({ count: aliases, max: maxAliases }));
        if (isMutation && fields > maxRootMutations) {
          refuse(TOO_COMPLEX.TOO_MANY_MUTATIONS({ count: fields, max: maxRootMutations }));
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
      const fault = TOO_COMPLEX.ALIASED_INTROSPECTION({ name: field.name.value });
      context.reportError(refusedBy(fault, { nodes: field }));
    },
  };
}
