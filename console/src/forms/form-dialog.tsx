import { type FormEventHandler, type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../app/texts.ts';
import { Button } from '../ui/button.tsx';
import { FormError } from './fields.tsx';
import styles from './form-dialog.module.css';

/**
 * A form above the page. The browser keeps the focus in it, closes it at Escape, and gives the focus back to where it was.
 */
export function FormDialog({
  title,
  fault,
  isSaving,
  submitText,
  isBad = false,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  fault?: string | null;
  isSaving: boolean;
  submitText?: string;
  isBad?: boolean;
  onSubmit: FormEventHandler;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  const text = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const { current } = dialog;
    if (current && !current.open) current.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form onSubmit={onSubmit} noValidate>
        <h2 id={titleId}>{title}</h2>
        {fault && <FormError>{fault}</FormError>}
        <div className={styles.fields}>{children}</div>
        <footer>
          <Button onClick={onClose}>{text('form.cancel')}</Button>
          <Button type="submit" kind={isBad ? 'bad' : 'primary'} disabled={isSaving}>
            {isSaving ? text('form.saving') : (submitText ?? text('form.save'))}
          </Button>
        </footer>
      </form>
    </dialog>
  );
}
