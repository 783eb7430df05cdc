import type { LockstepError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import { useCallback, useState } from 'react';
import type { TypedDocumentString } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { useText } from './texts.ts';

/** A fault that a mutation answers with. */
export interface UserFault {
  readonly code: string;
  readonly rule: string;
  readonly message: string;
  readonly path: readonly string[];
}

interface Payload {
  readonly userErrors: readonly UserFault[];
}

/** The payload of a document with one mutation. */
export type PayloadOf<Data> = NonNullable<Data[keyof Data]>;

/**
 * Sends a mutation. Each press of a button is a request of its own, with a key under which it takes effect once. What a form
 * cannot show at a field, and what never reached the server, becomes a toast; the answer is null then.
 */
export function useMutation<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
): readonly [
  run: (variables: Omit<Variables, 'idempotencyKey'>) => Promise<PayloadOf<Data> | null>,
  isRunning: boolean,
] {
  const lockstep = useLockstep();
  const toast = useToast();
  const text = useText();
  const [isRunning, setRunning] = useState(false);
  const run = useCallback(
    async (variables: Omit<Variables, 'idempotencyKey'>) => {
      setRunning(true);
      try {
        const data = await lockstep.request<Data>(document, {
          ...variables,
          idempotencyKey: crypto.randomUUID(),
        });
        return Object.values(data as object)[0] as PayloadOf<Data>;
      } catch (error) {
        const { code, message } = error as LockstepError;
        toast(code === 'OFFLINE' ? text('fault.offline') : message, 'bad');
        return null;
      } finally {
        setRunning(false);
      }
    },
    [lockstep, document, toast, text],
  );
  return [run, isRunning];
}

/** As `useMutation`, for a button: a refusal is a toast. Returns whether it is done. */
export function useAction<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
): readonly [act: (variables: Omit<Variables, 'idempotencyKey'>) => Promise<boolean>, isRunning: boolean] {
  const [run, isRunning] = useMutation(document);
  const toast = useToast();
  const act = async (variables: Omit<Variables, 'idempotencyKey'>) => {
    const payload = (await run(variables)) as Payload | null;
    const [fault] = payload?.userErrors ?? [];
    if (fault) toast(fault.message, 'bad');
    return payload !== null && !fault;
  };
  return [act, isRunning];
}
