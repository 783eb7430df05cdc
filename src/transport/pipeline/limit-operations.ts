import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { assertCost } from '../../graph/limits/cost.ts';
import { limitRules } from '../../graph/limits/limit-rules.ts';
import type { OperationLimits } from '../../graph/limits/operation-limits.ts';
import { parseWithin } from '../../graph/limits/parse-within.ts';
import { assertVariables } from '../../graph/limits/variables.ts';

/** Limits the size and cost of one operation, before anything is read. */
export function limitOperations(limits: OperationLimits): Plugin {
  const parse = parseWithin(limits);
  const rules = limitRules(limits);
  const costErrors = ({ schema, document, operationName, variableValues }: ExecutionArgs): GraphQLError[] => {
    try {
      assertVariables(variableValues);
      assertCost(schema, { document, operationName, variables: variableValues }, limits);
      return [];
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  };
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => parse(typeof source === 'string' ? source : source.body));
    },
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const errors = costErrors(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const errors = costErrors(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}
