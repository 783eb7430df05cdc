import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useText } from '../app/texts.ts';
import { TextField } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Door } from './door.tsx';
import { useSend } from './use-send.ts';

const REQUEST = graphql(`
  mutation ForgotPasswordRequest($email: String!) {
    passwordResetRequest(input: { email: $email }) { userErrors { code rule message path } }
  }
`);

/** Asks for a link to set a password. It says the same of every address: whether there is an account is no stranger's business. */
export function ForgotPage(): ReactNode {
  const text = useText();
  const form = useForm({ defaultValues: { email: '' } });
  const send = useSend(form);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ email }) => {
    if (await send(REQUEST, { email })) setSentTo(email);
  });
  const lead = sentTo === null ? text('forgot.lead') : text('forgot.sent', { email: sentTo });
  return (
    <Door title="forgot.title" lead={lead} fault={errors.root?.message} onSubmit={submit}>
      {sentTo === null && (
        <>
          <TextField
            label={text('signIn.email')}
            type="email"
            autoComplete="username"
            error={errors.email}
            {...form.register('email', { required: text('fault.required') })}
          />
          <Button type="submit" kind="primary" disabled={isSubmitting}>
            {text('forgot.submit')}
          </Button>
        </>
      )}
      <a href="/">{text('door.back')}</a>
    </Door>
  );
}
