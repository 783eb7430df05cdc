import { type ReactNode, useState } from 'react';
import { useLiveQuery } from '../app/live-query.ts';
import { useText, useWord } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { useMay } from '../app/viewer.tsx';
import { FilterBar, SearchBox } from '../ui/filter-bar.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { SettingRow } from './setting-row.tsx';
import { type Setting, settingsOf, TREE } from './settings.ts';
import { TenantChoice, useShownTenant } from './tenant-choice.tsx';
import styles from './tree.module.css';

const USUAL = { q: '', tenant: '' };
const FOLLOWED = ['Configuration', 'ConfigOptOut'];

/** All settings of a tenant with where each value comes from, kept in step. */
export function TreePage(): ReactNode {
  const text = useText();
  const [{ q, tenant }, change] = useUrlState(USUAL);
  const tenantId = useShownTenant(tenant);
  return (
    <Page title={text('menu.configTree')} lead={text('config.lead')}>
      <FilterBar>
        <TenantChoice chosenId={tenant} onChoose={(id) => change({ tenant: id })} />
        <SearchBox label={text('config.search')} value={q} onChange={(value) => change({ q: value })} />
      </FilterBar>
      {tenantId ? (
        <Tree tenantId={tenantId} q={q} />
      ) : (
        <Empty title="config.chooseTenant" hint="config.chooseTenantHint" />
      )}
    </Page>
  );
}

function Tree({ tenantId, q }: { tenantId: string; q: string }): ReactNode {
  const word = useWord();
  const mayWrite = useMay('config:write');
  const [changing, setChanging] = useState<string | null>(null);
  const { data, error, isLoading, retry } = useLiveQuery(TREE, { tenantId }, FOLLOWED, { tenantId });
  if (isLoading) return <Loading />;
  if (!data) return error && <Failed error={error} retry={retry} />;
  const wanted = q.toLowerCase();
  const all = settingsOf(data);
  const found = all.filter(({ entry: { path, description } }) =>
    `${path} ${description}`.toLowerCase().includes(wanted),
  );
  if (found.length === 0) return <Empty title="config.noneFound" hint="config.noneFoundHint" />;
  const types = [...new Set(found.map(({ entry }) => entry.type))];
  const changed = all.find(({ entry }) => entry.path === changing);
  return (
    <>
      {types.map((type) => (
        <Card key={type} title={word('ConfigurationType', type)}>
          <ul className={styles.settings}>
            {found
              .filter(({ entry }) => entry.type === type)
              .map((setting) => (
                <SettingRow
                  key={setting.entry.path}
                  setting={setting}
                  onChange={mayWrite && isChangeable(setting) ? setChanging : null}
                />
              ))}
          </ul>
        </Card>
      ))}
      {changed && <ChangeDialog setting={changed} tenantId={tenantId} onClose={() => setChanging(null)} />}
    </>
  );
}

/** Secrets are set where their provider is; a path that belongs to the users is theirs to set. */
function isChangeable({ entry: { isSecret, settableAt } }: Setting): boolean {
  return !isSecret && settableAt.some((scope) => scope === 'TENANT' || scope === 'PLATFORM');
}
