import { z } from 'zod';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import {
  checkedText,
  defaulted,
  idOf,
  integer,
  listOf,
  optional,
  text,
  time,
} from '../../core/requests/input-fields.ts';
import { permissionsField } from '../../core/rights/permission-field.ts';
import { isNetwork } from '../../lib/in-networks.ts';

const INPUT = sentences('INVALID_INPUT', {
  TOKEN_WITHOUT_PERMISSIONS: 'A token needs at least one permission: name those that it is to have.',
  NO_NETWORK:
    'Write a network in CIDR notation, with no bit of a host set, e.g. 10.0.0.0/8, 192.0.2.7/32 or 2001:db8::/32.',
  TOKEN_LIFETIME: 'A token ends in the future, and within {days} days from now.',
});

/** A year, and the day by which the next one is made. */
const MAX_DAYS = 366;
const DAY_MS = 24 * 60 * 60_000;
const MAX_NETWORKS = 20;
const MAX_OVERLAP_MINUTES = 7 * 24 * 60;

/** The time for which the secret before a new one is accepted, unless the client says another. */
export const OVERLAP_MINUTES = 60;

function somePermissions() {
  const field = permissionsField('Its permissions, none that the viewer or its user does not hold');
  const check = () =>
    field.check().refine((names) => names.length > 0, refusing(INPUT.TOKEN_WITHOUT_PERMISSIONS()));
  return { ...field, limits: ['at least one', ...field.limits], check };
}

const network = checkedText('The networks from which it is accepted, in CIDR notation', () =>
  z.string().refine(isNetwork, refusing(INPUT.NO_NETWORK())),
);

const fields = {
  name: text('The name, by which the log names what is done with it', { max: 100 }),
  permissions: somePermissions(),
  networks: defaulted(listOf(network, { max: MAX_NETWORKS }), 'every network by default'),
  expiresAt: time(`When it ends, within ${MAX_DAYS} days from now`),
};

export const apiTokenCreateInput = createInput({
  userId: optional(idOf('User', 'The service account that acts by it'), 'the viewer by default'),
  ...fields,
});

export const apiTokenUpdateInput = updateInput(fields);

/** The time for which the secret before a new one is accepted. */
export const overlapMinutes = integer(
  'For how many minutes the present secret is accepted beside the new one',
  { max: MAX_OVERLAP_MINUTES },
);

/** Refuses an end that is past or too far ahead; the limit is the same for every token. */
export function requireLifetime(expiresAt: Date, now: Date): void {
  const lifetime = expiresAt.getTime() - now.getTime();
  if (lifetime > 0 && lifetime <= MAX_DAYS * DAY_MS) return;
  throw invalidInput(INPUT.TOKEN_LIFETIME({ days: MAX_DAYS }), 'input', 'expiresAt');
}
