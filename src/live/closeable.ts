/**
 * Makes a generator that can be closed while somebody waits for its next item. A generator's own `return()` queues
 * behind the pending `next()`, which for a quiet stream never comes: subscriptions would pile up for ever.
 */
export function closeable<Item>(
  generator: AsyncGenerator<Item>,
  abort: AbortController,
  onClosed: () => void,
): AsyncGenerator<Item> {
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    abort.abort();
    onClosed();
  };
  const stream: AsyncGenerator<Item> = {
    async next() {
      if (isClosed) return { value: undefined, done: true };
      try {
        const result = await generator.next();
        if (result.done) close();
        return result;
      } catch (error) {
        close();
        throw error;
      }
    },
    async return(value) {
      close();
      return { value, done: true };
    },
    async throw(error) {
      close();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
  return stream;
}
