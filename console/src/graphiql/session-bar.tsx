import { useConnection, useLockstep, useSession } from '@lockstep/client/react';
import { type ReactNode, useEffect, useState } from 'react';
import { SignIn } from './sign-in.tsx';

interface SignedIn {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly tenant: { readonly name: string } | null;
}

const VIEWER = 'query { viewer { name email role tenant { name } } }';

/** The session of all tabs: who is signed in, or the way to be. */
export function SessionBar({ isDark }: { readonly isDark: boolean }): ReactNode {
  const { status } = useSession();
  return (
    <header className="session" data-theme={isDark ? 'dark' : 'light'}>
      <a className="session-home" href="/">
        Lockstep
      </a>
      <span className="session-page">GraphiQL</span>
      <ConnectionState />
      <div className="session-user">{status === 'signed-in' ? <SignedInUser /> : <SignIn />}</div>
    </header>
  );
}

/** How far the streams are, as soon as there are any. */
function ConnectionState(): ReactNode {
  const { state } = useConnection();
  if (state === 'idle' || state === 'signed-out') return null;
  return (
    <span className="session-state" role="status" data-state={state}>
      {state.replace('-', ' ')}
    </span>
  );
}

function SignedInUser(): ReactNode {
  const lockstep = useLockstep();
  const [user, setUser] = useState<SignedIn | null>(null);
  useEffect(() => {
    let isShown = true;
    lockstep
      .request<{ viewer: SignedIn }>(VIEWER as never)
      .then(({ viewer }) => isShown && setUser(viewer))
      .catch(() => {}); // the bar says less; each operation says why
    return () => {
      isShown = false;
    };
  }, [lockstep]);
  return (
    <>
      {user && (
        <span className="session-name" title={user.email}>
          {user.name} · {user.role}
          {user.tenant && ` · ${user.tenant.name}`}
        </span>
      )}
      <button type="button" onClick={() => void lockstep.session.signOut()}>
        Sign out
      </button>
    </>
  );
}
