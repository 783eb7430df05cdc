import type { LockstepError } from '@lockstep/client';
import { useLockstep, useRealtimeSync, useSession } from '@lockstep/client/react';
import { useEffect, useMemo, useState } from 'react';
import type { TypedDocumentString } from '../gql/graphql.ts';

/** The answer of a query that is asked again whenever something that it read changes. */
export interface LiveQuery<Data> {
  readonly data: Data | null;
  readonly error: LockstepError | null;
  readonly isLoading: boolean;
  readonly retry: () => void;
}

/**
 * Asks a query, and again when a row of these entities changes, at most every 300 ms. For what is no live list: counts, and
 * lists in rows. The former answer stays until the next one is there, and an answer that is overtaken is dropped.
 */
export function useLiveQuery<Data, Variables extends object>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  types: readonly string[],
  /** Whose changes are followed, for users who belong to several tenants. */
  owner?: { readonly tenantId?: string },
): LiveQuery<Data> {
  const lockstep = useLockstep();
  const session = useSession();
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the value does.
  const given = useMemo(() => variables, [key]);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{
    data: Data | null;
    error: LockstepError | null;
    of: unknown;
  }>({ data: null, error: null, of: null });
  const retry = () => setAttempt((before) => before + 1);
  useRealtimeSync(types, retry, owner);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    if (session.status === 'signed-out') return;
    let isCurrent = true;
    lockstep.request<Data>(document, given).then(
      (data) => isCurrent && setState({ data, error: null, of: session }),
      (error) => isCurrent && setState((before) => ({ ...before, error, of: session })),
    );
    return () => {
      isCurrent = false;
    };
  }, [lockstep, document, given, session, attempt]);

  const isOwn = state.of === session;
  const data = isOwn ? state.data : null;
  const error = isOwn ? state.error : null;
  return { data, error, isLoading: !data && !error, retry };
}
