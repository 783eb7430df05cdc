import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from '../../core/context.ts';
import { BusyAfterCommit, DatabaseBusy } from '../../core/requests/database-busy.ts';
import { OutOfTime } from '../../core/requests/deadline.ts';
import { UserErrors } from '../../core/requests/errors.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { Unanswered } from '../../core/requests/unanswered.ts';
import { PoolRefusal } from '../../db/pool-refusal.ts';
import { isPoolTimeout } from '../../db/pool-timeout.ts';
import { isStatementTimeout } from '../../db/statement-timeout.ts';

/**
 * After the time limit of an operation, the error of each mutation says whether it was written: the one that the limit
 * interrupted was rolled back, or written if the limit came after its COMMIT, and the later ones are not started. The
 * earlier ones answer with their payloads. Any other error after COMMIT was sent says that the mutation was written, or
 * that it is not known.
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
      const writes = OperationBudget.current?.writes;
      writes?.begin();
      if (deadline.hasPassed) throw new OutOfTime(deadline.timeoutMs, 'NOT_STARTED');
      try {
        return await resolver(parent, args, context, info);
      } catch (error) {
        const outcome = writes?.outcome ?? 'ROLLED_BACK';
        if (isStatementTimeout(error)) throw new OutOfTime(deadline.timeoutMs, outcome);
        if (outcome === 'ROLLED_BACK' || error instanceof UserErrors) throw error;
        throw new Unanswered(isBusy(error) ? new BusyAfterCommit() : error, outcome);
      }
    };
  }
}

function isBusy(error: unknown): boolean {
  const cause = error instanceof PoolRefusal ? error.refusal : error;
  return cause instanceof DatabaseBusy || isPoolTimeout(cause);
}

SchemaBuilder.registerPlugin('mutationTime', MutationTime);
