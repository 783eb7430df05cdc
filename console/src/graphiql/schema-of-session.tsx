import { useGraphiQLActions } from '@graphiql/react';
import { useSession } from '@lockstep/client/react';
import { useEffect, useRef } from 'react';

/** Reads the schema again when a user has signed in: it may be for signed-in clients alone. */
export function SchemaOfSession(): null {
  const { introspect } = useGraphiQLActions();
  const { status } = useSession();
  const before = useRef(status);
  useEffect(() => {
    if (status === 'signed-in' && before.current !== status) introspect();
    before.current = status;
  }, [status, introspect]);
  return null;
}
