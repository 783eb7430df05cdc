import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { compileOperation } from './compiled-operation.ts';

/**
 * Compiling takes a millisecond or, in the beginning, some, and saves about 20 µs for each execution (`npm run bench --
 * execution`): at this number it costs about as much as was spent before, however soon nobody asks any more.
 */
export const WORTH_COMPILING = 100;

/** After so many errors in a row, those who ask are taken to meet one every time. */
const MAX_ERRORS_IN_A_ROW = 10;

/** An operation of a document, and how often it was executed. */
interface Operation {
  executions: number;
  /** Null until it is worth it, and where it may not be. */
  compiled: CompiledQuery | null;
}

/** An operation as one group or listener asks it, always with the same arguments. */
interface Asked {
  readonly operation: Operation;
  errorsInARow: number;
}

/**
 * Executes what events are shown with. Operations that are executed often are compiled. What is compiled counts only
 * if it met no error: else it is interpreted, so that whatever is said of an error is said by graphql-js. An event
 * changes nothing, so it can be executed twice; those who would have to do so every time, as viewers without a
 * permission, are interpreted at once, and disturb nobody who shares the document with them.
 */
export class Executor {
  readonly #operations = new WeakMap<DocumentNode, Map<string, Operation>>();
  readonly #asked = new WeakMap<ExecutionArgs, Asked>();
  readonly #compileAfter: number;

  /** Compiles an operation after so many executions. */
  constructor(compileAfter: number) {
    this.#compileAfter = compileAfter;
  }

  /** Executes an operation for a root value. Never throws: errors are in the result. */
  async execute(args: ExecutionArgs, rootValue: object, contextValue: object): Promise<ExecutionResult> {
    const asked = this.#asked.get(args) ?? this.#ask(args);
    const { operation } = asked;
    operation.executions += 1;
    if (operation.executions === this.#compileAfter) operation.compiled = compileOperation(args);
    if (operation.compiled && asked.errorsInARow < MAX_ERRORS_IN_A_ROW) {
      const result = await operation.compiled.query(rootValue, contextValue, args.variableValues);
      asked.errorsInARow = result.errors ? asked.errorsInARow + 1 : 0;
      if (!result.errors) return result;
    }
    return execute({ ...args, rootValue, contextValue });
  }

  #ask(args: ExecutionArgs): Asked {
    const asked = { operation: this.#operation(args), errorsInARow: 0 };
    this.#asked.set(args, asked);
    return asked;
  }

  #operation({ document, operationName }: ExecutionArgs): Operation {
    const ofDocument = this.#operations.get(document) ?? new Map<string, Operation>();
    this.#operations.set(document, ofDocument);
    const name = operationName ?? '';
    const operation = ofDocument.get(name) ?? { executions: 0, compiled: null };
    ofDocument.set(name, operation);
    return operation;
  }
}
