import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../../core/process/metrics.ts';

type Run = (args: ExecutionArgs) => unknown;

/** Measures the duration and outcome of operations, and how many are running, for every transport. */
export function measureOperations({ operations, operationsRunning }: Metrics): Plugin {
  let running = 0;
  operationsRunning.read = () => running;
  const measured =
    (run: Run) =>
    async (args: ExecutionArgs): Promise<unknown> => {
      const kind = getOperationAST(args.document, args.operationName)?.operation ?? 'query';
      const begun = performance.now();
      let outcome: 'ok' | 'errors' = 'errors';
      running += 1;
      try {
        const result = (await run(args)) as object;
        if (!('errors' in result)) outcome = 'ok';
        return result;
      } finally {
        running -= 1;
        operations.observe({ kind, outcome }, (performance.now() - begun) / 1_000);
      }
    };
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(measured(executeFn as Run)),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(measured(subscribeFn as Run) as never),
  };
}
