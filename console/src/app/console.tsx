import { useConnection, useLockstep } from '@lockstep/client/react';
import { type ReactNode, useEffect } from 'react';
import { VIEWER } from './viewer.ts';

/** The whole page. */
export function Console(): ReactNode {
  const { state } = useConnection();
  const lockstep = useLockstep();
  useEffect(() => {
    lockstep.request(VIEWER).catch(() => {});
  }, [lockstep]);
  return <main>{state}</main>;
}
