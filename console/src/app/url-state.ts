import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The state of a page that is kept in its address: texts by name. */
type UrlState = Readonly<Record<string, string>>;

/**
 * The state of a page, kept in its address so that it can be shared and survives a reload. What equals the given state is left
 * out of the address, and what the address has beside it is ignored.
 */
export function useUrlState<State extends UrlState>(
  usual: State,
): readonly [State, (change: Partial<State>) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const names = Object.keys(usual);
  const present = Object.fromEntries(
    names.map((name) => [name, search[name] === undefined ? usual[name] : String(search[name])]),
  ) as State;
  const change = useCallback(
    (changed: Partial<State>) => {
      const next = (before: Readonly<Record<string, unknown>>) =>
        Object.fromEntries(
          Object.entries({ ...before, ...changed }).filter(([name, value]) => value !== usual[name]),
        );
      // Typing into a filter is one step for the button that leads back.
      void navigate({ to: '.', search: next as never, replace: true });
    },
    [navigate, usual],
  );
  return [present, change];
}
