import type { LockstepError, UserError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useText } from '../app/texts.ts';
import { TextField } from '../forms/fields.tsx';
import { Button } from '../ui/button.tsx';
import { Door } from './door.tsx';

interface SignIn {
  email: string;
  password: string;
  totp: string;
  newPassword: string;
}

const FIELDS = ['email', 'password', 'totp', 'newPassword'] as const;

/** The rules that ask for a further field, and the field. */
const DEMANDS: Readonly<Record<string, 'totp' | 'newPassword'>> = {
  CODE_NEEDED: 'totp',
  PASSWORD_TOO_OLD: 'newPassword',
  PASSWORD_TOO_WEAK: 'newPassword',
};

/**
 * Signs in. It asks for the code of an authenticator or for a new password when the server demands it. The address stays, so the
 * page that was asked for follows.
 */
export function SignInPage({ isRefused }: { isRefused: boolean }): ReactNode {
  const { session } = useLockstep();
  const text = useText();
  const [demanded, setDemanded] = useState<ReadonlySet<'totp' | 'newPassword'>>(new Set());
  const form = useForm<SignIn>({ defaultValues: { email: '', password: '', totp: '', newPassword: '' } });
  const { formState, handleSubmit, setError, setFocus, register } = form;
  useEffect(() => {
    const [last] = [...demanded].toReversed();
    if (last) setFocus(last);
  }, [demanded, setFocus]);

  const show = ({ rule, path, message }: UserError) => {
    const demand = DEMANDS[rule];
    if (demand && !demanded.has(demand)) {
      setDemanded((before) => new Set([...before, demand]));
      return;
    }
    const field = FIELDS.find((name) => path.at(-1) === name);
    const isShown = field && (field === 'email' || field === 'password' || demanded.has(field));
    setError(isShown ? field : 'root', { message }, { shouldFocus: true });
  };

  const submit = handleSubmit(async ({ email, password, totp, newPassword }) => {
    try {
      const { userErrors } = await session.signIn({
        email,
        password,
        ...(totp && { totp }),
        ...(newPassword && { newPassword }),
      });
      for (const fault of userErrors) show(fault);
    } catch (error) {
      const { code, message } = error as LockstepError;
      setError('root', { message: code === 'OFFLINE' ? text('state.offline') : message });
    }
  });

  return (
    <Door
      title="signIn.title"
      lead={text(isRefused ? 'signIn.refused' : 'signIn.lead')}
      fault={formState.errors.root?.message}
      onSubmit={submit}
    >
      <TextField
        label={text('signIn.email')}
        type="email"
        autoComplete="username"
        error={formState.errors.email}
        {...register('email', { required: text('fault.required') })}
      />
      <TextField
        label={text('signIn.password')}
        type="password"
        autoComplete="current-password"
        error={formState.errors.password}
        {...register('password', { required: text('fault.required') })}
      />
      {demanded.has('newPassword') && (
        <TextField
          label={text('signIn.newPassword')}
          hint={text('signIn.newPasswordHint')}
          type="password"
          autoComplete="new-password"
          error={formState.errors.newPassword}
          {...register('newPassword', { required: text('fault.required') })}
        />
      )}
      {demanded.has('totp') && (
        <TextField
          label={text('signIn.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          error={formState.errors.totp}
          {...register('totp', { required: text('fault.required') })}
        />
      )}
      <Button type="submit" kind="primary" disabled={formState.isSubmitting}>
        {text('signIn.submit')}
      </Button>
      <a href="/forgot-password">{text('forgot.title')}</a>
    </Door>
  );
}
