import type { UserError as UserErrorShape } from '../../core/requests/errors.ts';
import type { Params } from '../../core/requests/fault.ts';
import { inherited } from '../../core/rights/rules.ts';
import { builder } from './builder.ts';

export const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'Why a mutation was refused.',
  values: {
    INVALID_INPUT: { description: 'The value at `path` is not allowed; the message says which values are.' },
    NOT_FOUND: { description: 'There is no such entity, or it is not visible to the viewer.' },
    VERSION_CONFLICT: {
      description: 'The entity has changed in the meantime; the payload contains its current state.',
    },
    ALREADY_EXISTS: { description: 'The value at `path` must be unique and is taken.' },
    INVALID_STATE: { description: 'The entity is in a state that does not allow this.' },
    LIMIT_REACHED: { description: 'A limit of the tenant or plan is reached.' },
    IN_USE: { description: 'Others still need the entity, so it cannot be removed.' },
    FORBIDDEN_CHANGE: { description: 'The viewer may see the entity, but may not make this change.' },
    MODULE_DISABLED: { description: 'The module is switched off in the tenant.' },
  } as const,
});

interface ErrorParamShape {
  readonly name: string;
  readonly value: string;
}

/** Returns the params of an error as a list, in which all values are texts. */
export function errorParams(params: Params): ErrorParamShape[] {
  return Object.entries(params).map(([name, value]) => ({ name, value: String(value) }));
}

export const ErrorParam = builder.objectRef<ErrorParamShape>('ErrorParam').implement({
  description: 'A variable part of a message.',
  rule: inherited,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, e.g. `max`.' }),
    value: t.exposeString('value', { description: 'Its value; a number in decimal digits.' }),
  }),
});

/** An error that a correct client must handle; part of every payload. */
export const UserError = builder.objectRef<UserErrorShape>('UserError').implement({
  description: 'Why a mutation changed nothing. All faults of an input are reported together.',
  rule: inherited,
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCode, description: 'Machine-readable code.' }),
    rule: t.exposeString('rule', {
      description:
        'The name of the sentence, e.g. `TOO_LONG`: with the params, for clients that translate. docs/errors.md has all of them.',
    }),
    message: t.exposeString('message', { description: 'Human-readable message.' }),
    params: t.field({
      type: [ErrorParam],
      description: 'The variable parts of the message.',
      resolve: ({ params }) => errorParams(params),
    }),
    path: t.exposeStringList('path', {
      description:
        'The path in the arguments, e.g. `["input", "email"]`; empty when no single argument is at fault.',
    }),
  }),
});
