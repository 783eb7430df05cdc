import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './button.module.css';

/** A button. One on each page is `primary`: what most come for. */
export function Button({
  kind = 'plain',
  type = 'button',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'plain' | 'quiet' | 'bad' }): ReactNode {
  return <button {...rest} type={type} className={styles.button} data-kind={kind} />;
}
