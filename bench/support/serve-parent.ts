import type { Reply } from './child.ts';

/**
 * Tells the program that started this one as a `Child` that it is ready, answers what it asks, and ends with it: the
 * channel between them breaks however the other one ends.
 */
export function serveParent(answer?: (question: never) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit());
  process.on('message', async (question) => {
    const reply: Reply = await Promise.resolve(answer?.(question as never)).then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.stack ?? error.message }),
    );
    process.send?.(reply);
  });
  const ready: Reply = { value: null };
  process.send?.(ready);
}
