import { z } from 'zod';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import { checkedText, defaulted, flag, integer, text } from '../../core/requests/input-fields.ts';
import { tenantIdField } from '../../core/rights/scope.ts';

const INPUT = sentences('INVALID_INPUT', {
  NO_WEBHOOK_URL: 'Write a URL that begins with https://, without a user, a password or a fragment.',
  NO_JSON_OBJECT: 'Write a JSON object as text.',
  VARIABLES_TOO_LONG: 'The variables may have {max} bytes.',
});

const MAX_URL = 2_000;
const MAX_DOCUMENT = 20_000;
const MAX_VARIABLE_BYTES = 8_192;
const MAX_OVERLAP_MINUTES = 7 * 24 * 60;

/** The time for which the secret before a new one signs, too, unless the client says another. */
export const OVERLAP_MINUTES = 24 * 60;

const url = checkedText(
  'Where events are sent: an https URL of a public address',
  () =>
    z
      .string()
      .max(MAX_URL, refusing(INPUT.NO_WEBHOOK_URL()))
      .refine(isPlainUrl, refusing(INPUT.NO_WEBHOOK_URL())),
  [`at most ${MAX_URL.toLocaleString('en')} characters`],
);

const variables = checkedText(
  'The variables of the document, a JSON object as text',
  () =>
    z
      .string()
      .refine(
        (value) => Buffer.byteLength(value) <= MAX_VARIABLE_BYTES,
        refusing(INPUT.VARIABLES_TOO_LONG({ max: MAX_VARIABLE_BYTES })),
      )
      .refine(isJsonObject, refusing(INPUT.NO_JSON_OBJECT())),
  [`at most ${MAX_VARIABLE_BYTES.toLocaleString('en')} bytes`],
);

const fields = {
  name: text('The name, by which people know it', { max: 100 }),
  url,
  document: text(
    'A document with one subscription to changes of the tenant, without `after` and `snapshot`',
    {
      max: MAX_DOCUMENT,
      hasLines: true,
    },
  ),
  variables: defaulted(variables, 'none by default'),
  ignoreOwnChanges: defaulted(
    flag('Whether changes that its maker has made are left out, also those by its API tokens'),
    'true by default',
  ),
};

export const webhookCreateInput = createInput({ tenantId: tenantIdField, ...fields });

export const webhookUpdateInput = updateInput(fields);

/** The time for which the secret before a new one signs, too. */
export const overlapMinutes = integer('For how many minutes the present secret signs beside the new one', {
  max: MAX_OVERLAP_MINUTES,
});

function isPlainUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hash, hostname } = new URL(value);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return (
    isWeb && hostname !== '' && username === '' && password === '' && hash === '' && !value.includes('#')
  );
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
