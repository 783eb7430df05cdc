import { useLockstep } from '@lockstep/client/react';
import { useEffect, useRef, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import { putFile } from './put-file.ts';

const ANNOUNCE = graphql(`
  mutation ConversationAttachmentCreate($input: AttachmentCreateInput!, $idempotencyKey: String) {
    attachmentCreate(input: $input, idempotencyKey: $idempotencyKey) {
      attachmentId
      userErrors { code rule message path }
    }
  }
`);

const WITHDRAW = graphql(`
  mutation ConversationUploadWithdraw($id: ID!, $idempotencyKey: String) {
    attachmentDelete(id: $id, idempotencyKey: $idempotencyKey) {
      attachmentId
      userErrors { code rule message path }
    }
  }
`);

/** A file on its way to the server, or one that did not get there. */
export interface Upload {
  readonly key: string;
  readonly file: File;
  readonly messageId: string;
  /** The attachment, once it is announced. */
  readonly attachmentId: string | null;
  readonly sentBytes: number;
  /** Why it did not arrive. */
  readonly fault: string | null;
}

/** The uploads of this page, which end with it. A file that is there is no upload any more: it is in the live list. */
export function useUploads() {
  const lockstep = useLockstep();
  const text = useText();
  const [announce] = useMutation(ANNOUNCE);
  const [withdraw] = useMutation(WITHDRAW);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const { signal } = leaving.current;
    if (signal.aborted) leaving.current = new AbortController();
    return () => leaving.current.abort();
  }, []);

  const change = (key: string, changed: Partial<Upload>) =>
    setUploads((before) => before.map((one) => (one.key === key ? { ...one, ...changed } : one)));
  const forget = (key: string) => setUploads((before) => before.filter((one) => one.key !== key));

  /** Announces a file, unless it is; gives its id, or says at the file why there is none. */
  const announced = async ({ key, file, messageId, attachmentId }: Upload): Promise<string | null> => {
    if (attachmentId) return attachmentId;
    const payload = await announce({ input: { messageId, name: file.name, sizeBytes: file.size } });
    if (payload?.attachmentId) {
      change(key, { attachmentId: payload.attachmentId });
      return payload.attachmentId;
    }
    change(key, { fault: payload?.userErrors[0]?.message ?? text('conversation.uploadLost') });
    return null;
  };

  const send = async (upload: Upload): Promise<void> => {
    const { key, file } = upload;
    const { signal } = leaving.current;
    change(key, { fault: null, sentBytes: 0 });
    const id = await announced(upload);
    if (!id || signal.aborted) return;
    const authorization = await lockstep.session.authorization().catch(() => undefined);
    const fault = await putFile({
      url: `${lockstep.url}/attachments?${new URLSearchParams({ id })}`,
      authorization,
      file,
      signal,
      onProgress: (sentBytes) => change(key, { sentBytes }),
    });
    if (fault === null) forget(key);
    else change(key, { fault: fault || text('conversation.uploadLost') });
  };

  /** Sends files for a message, one after the other. */
  const start = async (files: readonly File[], messageId: string): Promise<void> => {
    const added = files.map((file) => {
      const key = crypto.randomUUID();
      return { key, file, messageId, attachmentId: null, sentBytes: 0, fault: null };
    });
    setUploads((before) => [...before, ...added]);
    for (const upload of added) await send(upload);
  };

  /** Gives an upload up, and what was announced of it. */
  const giveUp = ({ key, attachmentId }: Upload): void => {
    forget(key);
    if (attachmentId) void withdraw({ id: attachmentId });
  };

  return { uploads, start, again: send, giveUp };
}
