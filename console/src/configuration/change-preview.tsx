import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import type { ConfigPreviewQuery } from '../gql/graphql.ts';
import { useShownValue } from './setting-value.tsx';
import styles from './tree.module.css';

/** What a change will do: on how many it acts, and which values become which. */
export function ChangePreview({
  preview,
}: {
  preview: NonNullable<ConfigPreviewQuery['configChangePreview']>;
}): ReactNode {
  const text = useText();
  const shown = useShownValue();
  const { tenantCount, userCount, endedSessionCount, conflictCount, paths } = preview;
  const values = paths.flatMap(({ path, values: found }) => found.map((one) => ({ path, ...one })));
  return (
    <section className={styles.preview} aria-labelledby="preview" role="status">
      <h3 id="preview">{text('config.previewOf')}</h3>
      {values.length > 0 && (
        <ul>
          {values.map(({ path, before, after, count }) => (
            <li key={`${path} ${JSON.stringify([before, after])}`}>
              <strong>{text('config.changes', { before: shown(before), after: shown(after) })}</strong>{' '}
              {text('config.changesIn', { count })}
            </li>
          ))}
        </ul>
      )}
      <ul>
        <li>{text('config.tenants', { count: tenantCount })}</li>
        <li>{text('config.users', { count: userCount })}</li>
        <li data-matters={endedSessionCount > 0}>{text('config.sessions', { count: endedSessionCount })}</li>
        <li data-matters={conflictCount > 0}>{text('config.conflicts', { count: conflictCount })}</li>
      </ul>
    </section>
  );
}
