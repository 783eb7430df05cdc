import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './filter-bar.module.css';

const AFTER_TYPING_MS = 200;

/** What restricts a list, above it. */
export function FilterBar({ children }: { children: ReactNode }): ReactNode {
  return <search className={styles.bar}>{children}</search>;
}

/** A text to look for. It is handed over when the typing pauses, so that not every letter opens a list. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const handed = useRef(value);
  useEffect(() => {
    // The address has changed by other means, e.g. the button that leads back.
    if (value !== handed.current) setTyped(value);
    handed.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === handed.current) return;
    const timer = setTimeout(() => {
      handed.current = typed;
      onChange(typed);
    }, AFTER_TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  return (
    <label htmlFor={id} className={styles.field}>
      <span className="unseen">{label}</span>
      <input
        id={id}
        type="search"
        placeholder={label}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </label>
  );
}

/** One of a few values, or all. */
export function FilterSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly { readonly value: string; readonly label: string }[];
  onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <label htmlFor={id} className={styles.field}>
      <span className="unseen">{label}</span>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
