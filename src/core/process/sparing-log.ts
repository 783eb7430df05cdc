const INTERVAL_MS = 60_000;
/** Longer texts, which strangers may have chosen, are cut. */
const MAX_LENGTH = 200;

/** Writes one line. */
type Write = (fields: object) => void;

/**
 * Makes a logger of something that strangers can cause as often as they like. The first event is logged immediately,
 * and from then on at most one a minute, with the number of those that were left out: otherwise a stranger could fill
 * the disk. `now` returns milliseconds.
 */
export function sparingLog(write: Write, now = () => performance.now()): Write {
  let nextAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (fields) => {
    if (now() < nextAt) {
      leftOut += 1;
      return;
    }
    write({ ...shortened(fields), leftOut });
    nextAt = now() + INTERVAL_MS;
    leftOut = 0;
  };
}

function shortened(fields: object): object {
  const cut = (value: unknown) => (typeof value === 'string' ? value.slice(0, MAX_LENGTH) : value);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)]));
}
