import { type ReactNode, useState } from 'react';
import { FormDialog } from './form-dialog.tsx';

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({
  title,
  question,
  confirmText,
  confirm,
  onClose,
}: {
  title: string;
  question: string;
  confirmText: string;
  /** Returns whether it is done. */
  confirm: () => Promise<boolean>;
  onClose: () => void;
}): ReactNode {
  const [isRunning, setRunning] = useState(false);
  return (
    <FormDialog
      title={title}
      isSaving={isRunning}
      isBad
      submitText={confirmText}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        setRunning(true);
        if (await confirm()) onClose();
        else setRunning(false);
      }}
    >
      <p>{question}</p>
    </FormDialog>
  );
}
