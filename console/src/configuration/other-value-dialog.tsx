import { type ReactNode, useState } from 'react';
import { useText } from '../app/texts.ts';
import { TextArea } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';

/** Decides a conflict by a value of its own, which is typed as JSON. */
export function OtherValueDialog({
  path,
  first,
  decide,
  onClose,
}: {
  path: string;
  first: unknown;
  /** Returns whether it is done. */
  decide: (value: unknown) => Promise<boolean>;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const [typed, setTyped] = useState(() => JSON.stringify(first ?? null, null, 2));
  const [fault, setFault] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const submit = async () => {
    let value: unknown;
    try {
      value = JSON.parse(typed);
    } catch {
      return setFault(text('config.noJson'));
    }
    setSaving(true);
    if (await decide(value)) onClose();
    else setSaving(false);
  };
  return (
    <FormDialog
      title={text('conflicts.otherTitle', { path })}
      submitText={text('conflicts.resolve')}
      {...{ isSaving, onClose }}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextArea
        label={text('config.value')}
        hint={text('config.valueHint')}
        error={fault ? { message: fault } : undefined}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </FormDialog>
  );
}
