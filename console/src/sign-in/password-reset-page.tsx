import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useText } from '../app/texts.ts';
import { TextField } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Door } from './door.tsx';
import { tokenOfLink } from './token-of-link.ts';
import { useSend } from './use-send.ts';

const RESET = graphql(`
  mutation PasswordResetPage($input: PasswordResetInput!) {
    passwordReset(input: $input) { endedSessions userErrors { code rule message path } }
  }
`);

/** Sets a password, by the link of an e-mail. Opening it changes nothing: mail scanners do so, too. */
export function PasswordResetPage(): ReactNode {
  const text = useText();
  const form = useForm({ defaultValues: { newPassword: '' } });
  const send = useSend(form);
  const [ended, setEnded] = useState<number | null>(null);
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ newPassword }) => {
    const payload = await send(RESET, { input: { token: tokenOfLink(), newPassword } });
    if (payload) setEnded(payload.endedSessions);
  });
  const lead = ended === null ? text('reset.lead') : text('reset.done', { count: ended });
  return (
    <Door title="reset.title" lead={lead} fault={errors.root?.message} onSubmit={submit}>
      {ended === null && (
        <>
          <TextField
            label={text('signIn.newPassword')}
            hint={text('reset.hint')}
            type="password"
            autoComplete="new-password"
            error={errors.newPassword}
            {...form.register('newPassword', { required: text('fault.required') })}
          />
          <Button type="submit" kind="primary" disabled={isSubmitting}>
            {text('reset.submit')}
          </Button>
        </>
      )}
      <a href={ended === null ? '/forgot-password' : '/'}>
        {text(ended === null ? 'reset.again' : 'signIn.title')}
      </a>
    </Door>
  );
}
