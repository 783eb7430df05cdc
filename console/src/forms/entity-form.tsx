import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { type DefaultValues, type Path, type RegisterOptions, useForm } from 'react-hook-form';
import type { UserFault } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './fields.module.css';

/** The values of a form: texts, because that is what its fields hold. An empty one stands for none. */
export type FormValues = Record<string, string>;

/** A value that another user has given to a field which is being edited. */
interface Foreign {
  readonly value: string;
  readonly by: string | null;
}

/** What a save has met. */
interface Saved<Row> {
  readonly userErrors: readonly UserFault[];
  /** The row as it is now. */
  readonly row: Row | null | undefined;
}

interface EntityFormParts<Row, Values> {
  /** The row as it is now, kept in step while it is edited; none if it is to be created. */
  readonly row: Row | null;
  /** Who made the latest version of the row. */
  readonly by?: string | null | undefined;
  /** The values of a row; those of none are the first ones. */
  readonly valuesOf: (row: Row | null) => Values;
  /** Sends what has changed; null if nothing was sent. */
  readonly save: (
    changed: Partial<Values>,
    all: Values,
    expectedVersion: number | undefined,
  ) => Promise<Saved<Row> | null>;
  readonly onSaved: (row: Row | null | undefined) => void;
}

/**
 * A form for one entity, which others edit meanwhile.
 *
 * - A change by another user appears in the fields that are not being edited; at one that is, both values are shown, and the
 *   user takes one. The other fields stay as they were typed.
 * - What was not looked at is never overwritten: the version that is expected is the one that the form has taken in.
 * - Faults are shown at their fields, by the path that the server names; what fits no field, above them.
 */
export function useEntityForm<Row extends { readonly version: number }, Values extends FormValues>(
  parts: EntityFormParts<Row, Values>,
) {
  const { row, by, valuesOf, save, onSaved } = parts;
  const text = useText();
  const [first] = useState(() => valuesOf(row));
  const form = useForm<Values>({ defaultValues: first as DefaultValues<Values> });
  const base = useRef({ values: first, version: row?.version, latest: row?.version });
  const [foreign, setForeign] = useState<Readonly<Record<string, Foreign>>>({});
  const [fault, setFault] = useState<string | null>(null);
  const { setValue, getValues, setError } = form;

  const takeIn = useCallback(
    (now: Row, author: string | null) => {
      const { current } = base;
      const theirs = valuesOf(now);
      const mine = getValues();
      current.latest = now.version;
      setForeign((before) => {
        const found = Object.entries(theirs).flatMap(([name, value]) => {
          if (value === current.values[name]) return [];
          const isUntouched = mine[name] === current.values[name] || mine[name] === value;
          if (!isUntouched)
            return [[name, before[name]?.value === value ? before[name] : { value, by: author }]];
          current.values = { ...current.values, [name]: value };
          setValue(name as Path<Values>, value as never);
          return [];
        });
        if (found.length === 0) current.version = now.version;
        return Object.fromEntries(found);
      });
    },
    [valuesOf, getValues, setValue],
  );

  useEffect(() => {
    if (row && row.version > (base.current.latest ?? 0)) takeIn(row, by ?? null);
  }, [row, by, takeIn]);

  const settle = (name: string, isTheirs: boolean) => {
    const theirs = foreign[name];
    if (!theirs) return;
    base.current.values = { ...base.current.values, [name]: theirs.value };
    if (isTheirs) setValue(name as Path<Values>, theirs.value as never, { shouldDirty: true });
    const { [name]: _settled, ...others } = foreign;
    if (Object.keys(others).length === 0) {
      base.current.version = base.current.latest;
      setFault(null);
    }
    setForeign(others);
  };

  const submit = form.handleSubmit(async (given) => {
    const values = given as unknown as Values;
    setFault(null);
    const { values: before, version } = base.current;
    const changed = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => !row || value !== before[name]),
    ) as Partial<Values>;
    const saved = await save(changed, values, version);
    if (!saved) return;
    if (saved.userErrors.length === 0) return onSaved(saved.row);
    for (const { code, path, message } of saved.userErrors) {
      const field = path.findLast((part) => part in values);
      if (code === 'VERSION_CONFLICT' && saved.row) {
        takeIn(saved.row, by ?? null);
        setFault(text('form.conflict'));
      } else if (field) setError(field as Path<Values>, { message }, { shouldFocus: true });
      else setFault(message);
    }
  });

  /** The properties of a field: its connection to the form, its fault, and what another user made of it. */
  const field = (name: keyof Values & string, rules: RegisterOptions<Values, Path<Values>> = {}) => {
    const error = form.formState.errors[name] as { message?: string } | undefined;
    const theirs = foreign[name];
    const note: ReactNode = theirs && (
      <ForeignNote {...theirs} take={() => settle(name, true)} keep={() => settle(name, false)} />
    );
    return { ...form.register(name as Path<Values>, rules), error, note };
  };

  return { field, submit, fault, isSaving: form.formState.isSubmitting };
}

function ForeignNote({ value, by, take, keep }: Foreign & { take: () => void; keep: () => void }): ReactNode {
  const text = useText();
  const shown = value || text('form.nothing');
  return (
    <div className={styles.foreign} role="status">
      <span>
        {by
          ? text('form.changed', { name: by, value: shown })
          : text('form.changedUnknown', { value: shown })}
      </span>
      <div>
        <Button onClick={take}>{text('form.takeTheirs')}</Button>
        <Button onClick={keep}>{text('form.keepMine')}</Button>
      </div>
    </div>
  );
}
