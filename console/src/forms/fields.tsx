import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import styles from './fields.module.css';

interface FieldParts {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: { readonly message?: string | undefined } | undefined;
  /** What else there is to say of the value, e.g. that another user has changed it. */
  readonly note?: ReactNode;
}

/** What is around every field: its name above it, and below it what is wrong, or to know. */
function Field({
  label,
  hint,
  error,
  note,
  children,
}: FieldParts & {
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}): ReactNode {
  const id = useId();
  const about = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(about && { 'aria-describedby': about }),
        ...(error && { 'aria-invalid': true as const }),
      })}
      {error ? (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error.message}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )
      )}
      {note}
    </div>
  );
}

/** A line of text. */
export function TextField({
  label,
  hint,
  error,
  note,
  ...rest
}: FieldParts & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }): ReactNode {
  return (
    <Field {...{ label, hint, error, note }}>
      {(ids) => <input className={styles.input} {...rest} {...ids} />}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  note,
  ...rest
}: FieldParts & TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }): ReactNode {
  return (
    <Field {...{ label, hint, error, note }}>
      {(ids) => <textarea className={styles.input} rows={4} {...rest} {...ids} />}
    </Field>
  );
}

/** One of a few values. */
export function SelectField({
  label,
  hint,
  error,
  note,
  options,
  ...rest
}: FieldParts &
  SelectHTMLAttributes<HTMLSelectElement> & {
    ref?: Ref<HTMLSelectElement>;
    options: readonly { readonly value: string; readonly label: string }[];
  }): ReactNode {
  return (
    <Field {...{ label, hint, error, note }}>
      {(ids) => (
        <select className={styles.input} {...rest} {...ids}>
          {options.map(({ value, label: shown }) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What is wrong with a form as a whole. */
export function FormError({ children }: { children: ReactNode }): ReactNode {
  return (
    <p className={styles.formError} role="alert">
      {children}
    </p>
  );
}
