import { type ReactNode, useEffect, useState } from 'react';
import { useMay } from '../app/viewer.tsx';
import { NotHere } from './not-here.tsx';

/**
 * Shows a page to those who may see it. One that is withdrawn while it is looked at is replaced by the reason; whoever never had
 * the right is told no more than that there is nothing.
 */
export function Gate({
  permissions,
  children,
}: {
  permissions: readonly string[];
  children: ReactNode;
}): ReactNode {
  const may = useMay(...permissions);
  const [hadIt, setHadIt] = useState(may);
  useEffect(() => {
    if (may) setHadIt(true);
  }, [may]);
  return may ? children : <NotHere isWithdrawn={hadIt} />;
}
