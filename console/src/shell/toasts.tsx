import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { useText } from '../app/texts.ts';
import { Cross } from '../ui/icons.tsx';
import styles from './toasts.module.css';

type Kind = 'note' | 'good' | 'bad';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: Kind;
}

const SHOWN_MS = 6_000;
/** A fault stays long enough to be read twice. */
const FAULT_SHOWN_MS = 12_000;
const MOST = 4;

const Context = createContext<(text: string, kind?: Kind) => void>(() => {});

/** Shows a sentence at the edge of the page for some seconds. A screen reader reads it out, a fault before all else. */
export function useToast(): (text: string, kind?: Kind) => void {
  return useContext(Context);
}

/** The place where toasts are shown, above everything. */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const text = useText();
  const remove = useCallback((id: number) => setToasts((shown) => shown.filter((one) => one.id !== id)), []);
  const show = useCallback(
    (said: string, kind: Kind = 'note') => {
      const id = nextId.current;
      nextId.current += 1;
      setToasts((shown) => [
        ...shown.filter((one) => one.text !== said).slice(1 - MOST),
        { id, text: said, kind },
      ]);
      setTimeout(() => remove(id), kind === 'bad' ? FAULT_SHOWN_MS : SHOWN_MS);
    },
    [remove],
  );
  return (
    <Context.Provider value={show}>
      {children}
      <section className={styles.place} aria-label={text('toasts.label')}>
        {toasts.map(({ id, text: said, kind }) => (
          <div key={id} role={kind === 'bad' ? 'alert' : 'status'} className={styles.toast} data-kind={kind}>
            <span>{said}</span>
            <button type="button" aria-label={text('toasts.close')} onClick={() => remove(id)}>
              <Cross />
            </button>
          </div>
        ))}
      </section>
    </Context.Provider>
  );
}
