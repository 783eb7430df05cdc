import type { LockstepError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import type { PayloadOf, UserFault } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import type { TypedDocumentString } from '../gql/graphql.ts';

interface Refusable {
  readonly userErrors: readonly UserFault[];
}

/**
 * Sends what a form asks for. Faults are shown at their fields, by the path that the server names, else above the form.
 * Returns the payload; null if it was refused, or never reached the server.
 */
export function useSend<Values extends FieldValues>({ getValues, setError }: UseFormReturn<Values>) {
  const lockstep = useLockstep();
  const text = useText();
  return async <Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<PayloadOf<Data> | null> => {
    try {
      const data = await lockstep.request<Data>(document, variables);
      const [payload] = Object.values(data as object) as [PayloadOf<Data> & Refusable];
      const { userErrors } = payload;
      for (const { path, message } of userErrors) {
        const field = path.findLast((part) => part in getValues());
        if (field) setError(field as Path<Values>, { message }, { shouldFocus: true });
        else setError('root', { message });
      }
      return userErrors.length === 0 ? payload : null;
    } catch (error) {
      const { code, message } = error as LockstepError;
      setError('root', { message: code === 'OFFLINE' ? text('state.offline') : message });
      return null;
    }
  };
}
