import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useText } from '../app/texts.ts';
import { TextField } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Door } from './door.tsx';
import { tokenOfLink } from './token-of-link.ts';
import { useSend } from './use-send.ts';

const ACCEPT = graphql(`
  mutation InvitationPageAccept($input: InvitationAcceptInput!) {
    invitationAccept(input: $input) { email userErrors { code rule message path } }
  }
`);

/** Makes the invited person a user, by the link of an e-mail. Opening it changes nothing: mail scanners do so, too. */
export function InvitationPage(): ReactNode {
  const text = useText();
  const form = useForm({ defaultValues: { name: '', password: '' } });
  const send = useSend(form);
  const [email, setEmail] = useState<string | null>(null);
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ name, password }) => {
    const input = { token: tokenOfLink(), name, ...(password && { password }) };
    const payload = await send(ACCEPT, { input });
    if (payload) setEmail(payload.email ?? '');
  });
  const lead = email === null ? text('invitation.lead') : text('invitation.done', { email });
  return (
    <Door title="invitation.title" lead={lead} fault={errors.root?.message} onSubmit={submit}>
      {email === null && (
        <>
          <TextField
            label={text('invitation.name')}
            autoComplete="name"
            error={errors.name}
            {...form.register('name', { required: text('fault.required') })}
          />
          <TextField
            label={text('signIn.password')}
            hint={text('invitation.passwordHint')}
            type="password"
            autoComplete="new-password"
            error={errors.password}
            {...form.register('password')}
          />
          <Button type="submit" kind="primary" disabled={isSubmitting}>
            {text('invitation.submit')}
          </Button>
        </>
      )}
      {email !== null && <a href="/">{text('signIn.title')}</a>}
    </Door>
  );
}
