/** Memoizes a function by the identity of its argument, for as long as that object lives. */
export function onceFor<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const done = known.get(key) ?? { value: work(key) };
    known.set(key, done);
    return done.value;
  };
}
