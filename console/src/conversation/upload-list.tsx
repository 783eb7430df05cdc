import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './conversation.module.css';
import type { Upload } from './uploads.ts';

/** The files that are on their way, each with its progress or with why it did not arrive. */
export function UploadList({
  uploads,
  again,
  giveUp,
}: {
  uploads: readonly Upload[];
  again: (upload: Upload) => Promise<void>;
  giveUp: (upload: Upload) => void;
}): ReactNode {
  const text = useText();
  if (uploads.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={text('conversation.uploads')}>
      {uploads.map((upload) => {
        const { key, file, sentBytes, fault } = upload;
        const { name } = file;
        return (
          <li key={key}>
            <span>{name}</span>
            {fault === null ? (
              <progress
                max={file.size || 1}
                value={sentBytes}
                aria-label={text('conversation.uploadOf', { name })}
              />
            ) : (
              <>
                <span className={styles.fault} role="alert">
                  {fault}
                </span>
                <Button onClick={() => void again(upload)}>{text('state.retry')}</Button>
                <Button kind="quiet" onClick={() => giveUp(upload)}>
                  {text('conversation.giveUp')}
                </Button>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
