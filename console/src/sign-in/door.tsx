import type { FormEventHandler, ReactNode } from 'react';
import { useEffect } from 'react';
import { type TextKey, useText } from '../app/texts.ts';
import { FormError } from '../forms/fields.tsx';
import styles from './door.module.css';

interface DoorParts {
  readonly title: TextKey;
  readonly lead: string;
  /** What is wrong with the form as a whole. */
  readonly fault?: string | undefined;
  readonly onSubmit?: FormEventHandler;
  readonly children: ReactNode;
}

/** A page for those who are not signed in: one form in the middle. */
export function Door({ title, lead, fault, onSubmit, children }: DoorParts): ReactNode {
  const text = useText();
  useEffect(() => {
    document.title = text('app.title', { page: text(title) });
  }, [text, title]);
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <svg viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="#4f46e5" />
          <path
            d="M9 8v16h5M18 8v16h5"
            fill="none"
            stroke="#fff"
            strokeWidth="3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <div>
          <h1>{text(title)}</h1>
          <p role="status">{lead}</p>
        </div>
        {fault && <FormError>{fault}</FormError>}
        {children}
      </form>
    </main>
  );
}
