import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from '../../core/context.ts';
import { OutOfTime } from '../../core/requests/deadline.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { isStatementTimeout } from '../../db/statement-timeout.ts';

/**
 * After the time limit of an operation, the error of each mutation says whether it was written: the one that the limit
 * interrupted was rolled back, or written if the limit came after its COMMIT, and the later ones are not started. The
 * earlier ones answer with their payloads.
 */
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      mutationTime: MutationTime<Types>;
    }
  }
}

class MutationTime<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.kind !== 'Mutation') return resolver;
    return async (parent, args, context, info) => {
      const { deadline } = context as Types['Context'] & Pick<Context, 'deadline'>;
      const commits = OperationBudget.current?.commits;
      if (deadline.hasPassed) throw new OutOfTime(deadline.timeoutMs, 'NOT_STARTED');
      try {
        return await resolver(parent, args, context, info);
      } catch (error) {
        if (!isStatementTimeout(error)) throw error;
        const isWritten = OperationBudget.current?.commits !== commits;
        throw new OutOfTime(deadline.timeoutMs, isWritten ? 'WRITTEN' : 'ROLLED_BACK');
      }
    };
  }
}

SchemaBuilder.registerPlugin('mutationTime', MutationTime);
