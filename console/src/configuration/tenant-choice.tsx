import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import { FilterSelect } from '../ui/filter-bar.tsx';

const TENANT_CHOICE = graphql(`
  fragment TenantChoice on Tenant { id version name }
`);

const BY_NAME = { orderBy: [{ field: 'name' as const }] };

/** The tenant whose settings are shown: that of the viewer, else the chosen one; none until one is chosen. */
export function useShownTenant(chosenId: string): string | null {
  const { tenant } = useViewer();
  return tenant?.id ?? (chosenId || null);
}

/** Chooses a tenant, for those who belong to none. */
export function TenantChoice({
  chosenId,
  onChoose,
}: {
  chosenId: string;
  onChoose: (id: string) => void;
}): ReactNode {
  const { tenant } = useViewer();
  return tenant ? null : <Choice {...{ chosenId, onChoose }} />;
}

function Choice({ chosenId, onChoose }: { chosenId: string; onChoose: (id: string) => void }): ReactNode {
  const text = useText();
  const { rows } = useLiveList(TENANT_CHOICE, BY_NAME);
  return (
    <FilterSelect
      label={text('config.tenant')}
      value={chosenId}
      options={[
        { value: '', label: text('config.chooseTenant') },
        ...rows.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onChange={onChoose}
    />
  );
}
