import type { LockstepError } from '@lockstep/client';
import { useLockstep, useSession } from '@lockstep/client/react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { graphql } from '../gql/gql.ts';
import type { ConsoleViewerQuery } from '../gql/graphql.ts';

const VIEWER = graphql(`
  query ConsoleViewer {
    viewer { id name email role permissions customer { id } tenant { id name } organization { id name } }
  }
`);

const CHANGED = `subscription ViewerFollowed($after: Cursor) {
  viewerPermissionsChanged(after: $after) { __typename granted revoked }
}`;

/** The user who is signed in, with the present permissions. */
export type Viewer = NonNullable<ConsoleViewerQuery['viewer']>;

type ViewerState = { readonly viewer: Viewer | null; readonly error: LockstepError | null };

const Context = createContext<Viewer | null>(null);

/** The user who is signed in. */
export function useViewer(): Viewer {
  const viewer = useContext(Context);
  if (!viewer) throw new Error('No user is signed in here.');
  return viewer;
}

/** Whether the viewer has one of these permissions now. Where none is named, everyone does. */
export function useMay(...permissions: readonly string[]): boolean {
  const viewer = useViewer();
  return permissions.length === 0 || permissions.some((one) => viewer.permissions.includes(one));
}

/** Gives the viewer to the components below it. */
export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }): ReactNode {
  return <Context.Provider value={viewer}>{children}</Context.Provider>;
}

/** Reads who is signed in, and again whenever the permissions change; `onChange` is told of the later ones. */
export function useFollowedViewer(onChange: () => void): ViewerState & { retry: () => void } {
  const lockstep = useLockstep();
  const session = useSession();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<ViewerState & { sessionId: string | null }>({
    viewer: null,
    error: null,
    sessionId: null,
  });
  const sessionId = session.status === 'signed-in' ? session.id : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again.
  useEffect(() => {
    if (sessionId === null) return;
    let isCurrent = true;
    lockstep.request(VIEWER).then(
      ({ viewer }) => isCurrent && setState({ viewer: viewer ?? null, error: null, sessionId }),
      (error) => isCurrent && setState((before) => ({ ...before, error })),
    );
    return () => {
      isCurrent = false;
    };
  }, [lockstep, sessionId, attempt]);

  useEffect(() => {
    if (sessionId === null) return;
    const read = () => setAttempt((before) => before + 1);
    const operation = { query: CHANGED, variables: {}, hasPositions: false };
    return lockstep.follow(operation, {
      item: () => {
        onChange();
        read();
      },
      lost() {},
      // The server has ended it, e.g. because its rights were read anew: what holds now is read.
      ended: read,
    });
  }, [lockstep, sessionId, onChange]);

  const viewer = state.sessionId === sessionId ? state.viewer : null;
  return { viewer, error: state.error, retry: () => setAttempt((before) => before + 1) };
}
