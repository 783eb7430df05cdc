import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { type TextKey, useText } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Door } from './door.tsx';
import { tokenOfLink } from './token-of-link.ts';
import { useSend } from './use-send.ts';

const CONFIRM = graphql(`
  mutation EmailChangePageConfirm($input: EmailChangeConfirmInput!) {
    emailChangeConfirm(input: $input) { email userErrors { code rule message path } }
  }
`);

const WITHDRAW = graphql(`
  mutation EmailChangePageWithdraw($input: EmailChangeWithdrawInput!) {
    emailChangeWithdraw(input: $input) { userErrors { code rule message path } }
  }
`);

/** Confirms a new address, by the link of an e-mail. Opening it changes nothing: mail scanners do so, too. */
export function EmailChangePage(): ReactNode {
  const text = useText();
  const form = useForm();
  const send = useSend(form);
  const [email, setEmail] = useState<string | null>(null);
  const submit = form.handleSubmit(async () => {
    const payload = await send(CONFIRM, { input: { token: tokenOfLink() } });
    if (payload) setEmail(payload.email ?? '');
  });
  return (
    <EmailLinkDoor
      title="emailChange.title"
      lead={email === null ? text('emailChange.lead') : text('emailChange.done', { email })}
      button="emailChange.submit"
      isDone={email !== null}
      fault={form.formState.errors.root?.message}
      isSending={form.formState.isSubmitting}
      onSubmit={submit}
    />
  );
}

/** Withdraws a change of the address, by the link that was sent to the old one. */
export function EmailChangeWithdrawalPage(): ReactNode {
  const text = useText();
  const form = useForm();
  const send = useSend(form);
  const [isDone, setDone] = useState(false);
  const submit = form.handleSubmit(async () => {
    if (await send(WITHDRAW, { input: { token: tokenOfLink() } })) setDone(true);
  });
  return (
    <EmailLinkDoor
      title="emailWithdrawal.title"
      lead={text(isDone ? 'emailWithdrawal.done' : 'emailWithdrawal.lead')}
      button="emailWithdrawal.submit"
      isDone={isDone}
      fault={form.formState.errors.root?.message}
      isSending={form.formState.isSubmitting}
      onSubmit={submit}
    />
  );
}

interface EmailLinkDoorParts {
  readonly title: TextKey;
  readonly lead: string;
  readonly button: TextKey;
  readonly isDone: boolean;
  readonly fault: string | undefined;
  readonly isSending: boolean;
  readonly onSubmit: () => void;
}

/** One button, as long as there is something to decide. */
function EmailLinkDoor(parts: EmailLinkDoorParts): ReactNode {
  const { title, lead, button, isDone, fault, isSending, onSubmit } = parts;
  const text = useText();
  return (
    <Door title={title} lead={lead} fault={fault} onSubmit={onSubmit}>
      {!isDone && (
        <Button type="submit" kind="primary" disabled={isSending}>
          {text(button)}
        </Button>
      )}
      <a href="/">{text('signIn.title')}</a>
    </Door>
  );
}
