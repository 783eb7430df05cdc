import { type ReactNode, useEffect } from 'react';
import { useText } from '../app/texts.ts';
import styles from './page.module.css';

/** The head of a page and what is below it. The title is that of the browser's tab, too. */
export function Page({
  title,
  lead,
  back,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  back?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const text = useText();
  useEffect(() => {
    document.title = text('app.title', { page: title });
  }, [title, text]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          {back && <div className={styles.back}>{back}</div>}
          <h1>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page on a surface of its own. */
export function Card({
  title,
  actions,
  children,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={styles.card} aria-label={title}>
      {(title || actions) && (
        <header className={styles.cardHead}>
          {title && <h2>{title}</h2>}
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

/** Numbers that are read first, each with its name. */
export function Tiles({ tiles }: { tiles: readonly { label: string; value: ReactNode }[] }): ReactNode {
  return (
    <dl className={styles.tiles}>
      {tiles.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Names and values of one thing. */
export function Facts({ facts }: { facts: readonly { label: string; value: ReactNode }[] }): ReactNode {
  return (
    <dl className={styles.facts}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
