import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { CharacterClass, SignInRules } from './sign-in-rules.ts';

const PASSWORD = sentences('INVALID_INPUT', {
  PASSWORD_TOO_SHORT: 'A password needs {min} characters here.',
  PASSWORD_LACKS_CLASSES:
    'A password needs characters of these classes here, and this one lacks them: {classes}.',
});

const CLASSES: Readonly<Record<CharacterClass, RegExp>> = {
  LOWER: /\p{Ll}/u,
  UPPER: /\p{Lu}/u,
  DIGIT: /\p{Nd}/u,
  SYMBOL: /[^\p{L}\p{N}\s]/u,
};

type PasswordRules = Pick<SignInRules, 'minLength' | 'requiredClasses'>;

/** Refuses a password that the rules of its user do not allow; throws UserErrors that name what it lacks. */
export function requirePassword(rules: PasswordRules, password: string, path: readonly string[]): void {
  const errors = passwordErrors(rules, password, path);
  if (errors.length > 0) throw new UserErrors(errors);
}

/** Tells whether the rules allow a password. */
export function isPasswordAllowed(rules: PasswordRules, password: string): boolean {
  return passwordErrors(rules, password, []).length === 0;
}

function passwordErrors(
  { minLength: min, requiredClasses }: PasswordRules,
  password: string,
  path: readonly string[],
): UserError[] {
  const missing = requiredClasses.filter((name) => !CLASSES[name].test(password));
  return [
    ...([...password.normalize('NFC')].length < min
      ? [userError(PASSWORD.PASSWORD_TOO_SHORT({ min }), path)]
      : []),
    ...(missing.length > 0
      ? [userError(PASSWORD.PASSWORD_LACKS_CLASSES({ classes: missing.join(', ') }), path)]
      : []),
  ];
}
