import type { ReactNode } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { SettingValue, useShownValue } from './setting-value.tsx';
import type { Setting } from './settings.ts';
import styles from './tree.module.css';

const TONES = {
  EFFECTIVE: 'good',
  OVERRIDDEN: 'plain',
  CLAMPED: 'warn',
  SHADOWED: 'warn',
  PASSED_OVER: 'warn',
  INVALID: 'bad',
} as const;

/** A setting: its value, and on demand what each level has contributed, from the top. */
export function SettingRow({
  setting,
  onChange,
}: {
  setting: Setting;
  onChange: ((path: string) => void) | null;
}): ReactNode {
  const text = useText();
  const word = useWord();
  const { entry, effective } = setting;
  const { path, description, isSecret } = entry;
  const { value, scope, isLocked, secret, optOut } = effective;
  return (
    <li>
      <div className={styles.row}>
        <div className={styles.what}>
          <h3>{path}</h3>
          <p>{description}</p>
        </div>
        <div className={styles.is}>
          {isSecret ? (
            <span className={styles.value}>{text(secret ? 'config.secretSet' : 'config.secretUnset')}</span>
          ) : (
            <SettingValue value={value} />
          )}
          <p>
            {scope ? text('config.from', { scope: word('ConfigScope', scope) }) : text('config.builtIn')}
            {isLocked && ` · ${text('config.locked')}`}
            {optOut && ` · ${text('config.optedOut')}`}
          </p>
        </div>
        {onChange && (
          <Button aria-label={text('config.changeOf', { path })} onClick={() => onChange(path)}>
            {text('config.change')}
          </Button>
        )}
      </div>
      {!isSecret && effective.contributions.length > 0 && <Ladder setting={setting} />}
    </li>
  );
}

function Ladder({ setting: { entry, effective } }: { setting: Setting }): ReactNode {
  const text = useText();
  const word = useWord();
  const shown = useShownValue();
  return (
    <details className={styles.origin}>
      <summary>{text('config.ladder', { path: entry.path })}</summary>
      <ol>
        <li>
          <strong>{text('config.builtIn')}</strong>
          <SettingValue value={entry.default} />
        </li>
        {effective.contributions.map(({ scope, version, mode, standing, value, valueWithout }) => (
          <li key={scope} data-standing={standing}>
            <strong>{word('ConfigScope', scope)}</strong>
            <SettingValue value={value} />
            <Badge of="ConfigStanding" value={standing} tone={TONES[standing]} />
            <span className={styles.note}>
              {text('config.version', { version })} · {word('ConfigMode', mode)}
              {standing === 'EFFECTIVE' && ` · ${text('config.without', { value: shown(valueWithout) })}`}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
