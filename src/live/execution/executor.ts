import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute, print } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { compileOperation } from './compile-operation.ts';

/**
 * The number of executions after which an operation is compiled. Compiling takes one to a few milliseconds and saves
 * about 20 µs for each execution (`npm run bench -- execution`): at this number, compiling costs about as much as the
 * executions before it, even if the operation is never executed again.
 */
export const WORTH_COMPILING = 100;

/** After this many errors in a row, a caller is expected to meet an error every time. */
const MAX_ERRORS_IN_A_ROW = 10;

/** So much a node keeps of compiled operations: a document of 32 kB takes 12 MiB. */
const MAX_COMPILED_BYTES = 64 * 1_024 * 1_024;
/** The memory of a compiled operation for each character of its document, measured with small and large ones. */
const BYTES_PER_CHARACTER = 400;

/** One operation of a document. */
interface Operation {
  executions: number;
  /** The approximate memory of the operation when it is compiled. */
  readonly bytes: number;
}

/** One caller's use of an operation: a group or a listener, always with the same arguments. */
interface Use {
  readonly operation: Operation;
  errorsInARow: number;
}

/**
 * Executes operations for events. An operation that is executed often is compiled. A compiled result counts only if it
 * has no error: otherwise the operation is interpreted, so that graphql-js words every error. Executing an event
 * changes nothing, so it can be executed twice. A caller that meets errors every time, such as a viewer without a
 * permission, is interpreted immediately, and does not slow down other callers of the same document.
 *
 * Compiled operations are kept within a number of bytes: the one that was used least recently is interpreted again, until
 * it is worth compiling once more.
 */
export class Executor {
  readonly #operations = new WeakMap<DocumentNode, Map<string, Operation>>();
  readonly #uses = new WeakMap<ExecutionArgs, Use>();
  readonly #compiled: LRUCache<Operation, CompiledQuery>;
  readonly #compileAfter: number;

  /** Makes an executor that compiles an operation after `compileAfter` executions. */
  constructor(compileAfter: number, maxCompiledBytes = MAX_COMPILED_BYTES) {
    this.#compileAfter = compileAfter;
    this.#compiled = new LRUCache<Operation, CompiledQuery>({
      maxSize: maxCompiledBytes,
      sizeCalculation: (_compiled, { bytes }) => bytes,
      dispose: (_compiled, operation) => {
        operation.executions = 0;
      },
    });
  }

  /** The approximate memory of all compiled operations. */
  get compiledBytes(): number {
    return this.#compiled.calculatedSize;
  }

  /** Executes an operation for a root value. Never throws: errors are in the result. */
  async execute(args: ExecutionArgs, rootValue: object, contextValue: object): Promise<ExecutionResult> {
    const use = this.#uses.get(args) ?? this.#addUse(args);
    const { operation } = use;
    operation.executions += 1;
    if (operation.executions === this.#compileAfter) this.#compile(operation, args);
    const compiled = this.#compiled.get(operation);
    if (compiled && use.errorsInARow < MAX_ERRORS_IN_A_ROW) {
      const result = await compiled.query(rootValue, contextValue, args.variableValues);
      use.errorsInARow = result.errors ? use.errorsInARow + 1 : 0;
      if (!result.errors) return result;
    }
    return execute({ ...args, rootValue, contextValue });
  }

  /** Compiles an operation, unless it cannot be compiled or is too large to be kept. */
  #compile(operation: Operation, args: ExecutionArgs): void {
    const compiled = compileOperation(args);
    if (compiled) this.#compiled.set(operation, compiled);
  }

  #addUse(args: ExecutionArgs): Use {
    const use = { operation: this.#operation(args), errorsInARow: 0 };
    this.#uses.set(args, use);
    return use;
  }

  #operation({ document, operationName }: ExecutionArgs): Operation {
    const ofDocument = this.#operations.get(document) ?? new Map<string, Operation>();
    this.#operations.set(document, ofDocument);
    const name = operationName ?? '';
    const characters = document.loc?.source.body.length ?? print(document).length;
    const operation = ofDocument.get(name) ?? { executions: 0, bytes: characters * BYTES_PER_CHARACTER };
    ofDocument.set(name, operation);
    return operation;
  }
}
