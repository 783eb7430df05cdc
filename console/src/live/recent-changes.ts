import type { RowChange } from '@lockstep/client';
import { useEffect, useReducer, useRef, useState } from 'react';

const SHOWN_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

/** Returns whether a change was made by others within the last minute: such a change is marked. */
export function useRecentChanges(
  changed: ReadonlyMap<string, RowChange>,
  ownId: string,
): (id: string) => RowChange | undefined {
  const arrivals = useRef(new WeakMap<RowChange, number>());
  const [, look] = useReducer((count: number) => count + 1, 0);
  const isWatching = changed.size > 0;
  useEffect(() => {
    if (!isWatching) return;
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWatching]);
  return (id) => {
    const change = changed.get(id);
    if (!change || change.by.id === ownId) return undefined;
    const arrivedAt = arrivals.current.get(change) ?? Date.now();
    arrivals.current.set(change, arrivedAt);
    return Date.now() - arrivedAt < SHOWN_MS ? change : undefined;
  };
}

/** How many rows others have changed in the last seconds, said at most that often, so that a screen reader is not drowned. */
export function useSpokenChanges(changed: ReadonlyMap<string, RowChange>, ownId: string): number {
  const told = useRef(new WeakSet<RowChange>());
  const waiting = useRef(0);
  const [spoken, setSpoken] = useState(0);
  useEffect(() => {
    for (const change of changed.values()) {
      if (told.current.has(change)) continue;
      told.current.add(change);
      if (change.by.id !== ownId) waiting.current += 1;
    }
  }, [changed, ownId]);
  useEffect(() => {
    const timer = setInterval(() => {
      setSpoken(waiting.current);
      waiting.current = 0;
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return spoken;
}
