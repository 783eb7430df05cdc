import { type ReactNode, useState } from 'react';
import styles from './popover.module.css';

/** A button that shows something below it. The browser closes it at Escape and at a press beside it, and keeps the focus in order. */
export function Popover({
  id,
  label,
  name,
  children,
  state,
}: {
  id: string;
  label: ReactNode;
  /** The name of the button, in front of what it shows, and of what opens. */
  name: string;
  children: ReactNode;
  state?: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles.place}>
      <button
        type="button"
        className={styles.button}
        popoverTarget={id}
        aria-expanded={isOpen}
        data-state={state}
      >
        <span className="unseen">{name}</span>
        {label}
      </button>
      <section
        id={id}
        popover="auto"
        aria-label={name}
        className={styles.panel}
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && children}
      </section>
    </div>
  );
}
