import type { UserError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { type DemoAccounts, readDemoAccounts } from './demo-accounts.ts';

const NO_INPUT = { email: '', password: '', totp: '', newPassword: '' };
type Input = typeof NO_INPUT;

/** Signs in, with an account of the demo or any other, also one that needs a code or a new password. */
export function SignIn(): ReactNode {
  const lockstep = useLockstep();
  const [demo, setDemo] = useState<DemoAccounts | null>(null);
  const [isOther, setOther] = useState(false);
  const [input, setInput] = useState(NO_INPUT);
  const [faults, setFaults] = useState<readonly UserError[]>([]);
  const [isBusy, setBusy] = useState(false);
  const wanted = new Set(faults.flatMap(({ path }) => path));

  useEffect(() => {
    readDemoAccounts().then((offered) => {
      setDemo(offered);
      const first = offered?.accounts.find(({ role }) => role === 'TENANT_ADMIN') ?? offered?.accounts[0];
      if (offered && first) setInput({ ...NO_INPUT, email: first.email, password: offered.password });
    });
  }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const { email, password, totp, newPassword } = input;
    const optional = { ...(totp && { totp }), ...(newPassword && { newPassword }) };
    try {
      // A session that begins unmounts this form.
      setFaults((await lockstep.session.signIn({ email, password, ...optional })).userErrors);
    } catch (error) {
      setFaults([{ code: '', rule: '', path: [], message: (error as Error).message }]);
    }
    setBusy(false);
  }

  const field = (name: keyof Input, label: string, type: string, autoComplete: string) => (
    <input
      name={name}
      type={type}
      aria-label={label}
      placeholder={label}
      autoComplete={autoComplete}
      aria-invalid={wanted.has(name)}
      value={input[name]}
      onChange={({ target }) => setInput({ ...input, [name]: target.value })}
    />
  );
  const offersDemo = demo !== null && !isOther;

  return (
    <form className="session-form" onSubmit={(event) => void submit(event)} aria-label="Sign in">
      {faults.length > 0 && (
        <span className="session-fault" role="alert">
          {faults.map(({ message }) => message).join(' ')}
        </span>
      )}
      {offersDemo ? (
        <select
          aria-label="Demo account"
          value={input.email}
          onChange={({ target }) => setInput({ ...input, email: target.value })}
        >
          {demo.accounts.map(({ email, role }) => (
            <option key={email} value={email}>
              {email.replace('.demo.lockstep.dev', '')} · {role}
            </option>
          ))}
        </select>
      ) : (
        <>
          {field('email', 'E-mail', 'email', 'username')}
          {field('password', 'Password', 'password', 'current-password')}
        </>
      )}
      {wanted.has('totp') && field('totp', 'Code of the authenticator', 'text', 'one-time-code')}
      {wanted.has('newPassword') && field('newPassword', 'New password', 'password', 'new-password')}
      <button type="submit" className="session-main" disabled={isBusy}>
        Sign in
      </button>
      {demo && (
        <button
          type="button"
          onClick={() => {
            setOther(!isOther);
            setFaults([]);
            setInput(
              isOther
                ? { ...NO_INPUT, email: demo.accounts[0]?.email ?? '', password: demo.password }
                : NO_INPUT,
            );
          }}
        >
          {isOther ? 'Demo accounts' : 'Other account'}
        </button>
      )}
    </form>
  );
}
