import { z } from 'zod';
import type { Json } from '../../configuration/algebra/json.ts';
import type { Mode } from '../../configuration/algebra/settings.ts';
import { MODES } from '../../configuration/catalogue/catalogue.ts';
import { createInput } from '../../core/requests/input.ts';
import {
  checkedText,
  choice,
  type InputField,
  idOf,
  listOf,
  nested,
  oneOf,
  optional,
  text,
} from '../../core/requests/input-fields.ts';
import { requiredText } from '../../core/requests/input-text.ts';
import { tenantIdField } from '../../core/rights/scope.ts';

/** The most paths that one write names. */
const MAX_PATHS = 100;

/** A path, with every character as it was sent: one beside spaces is none. */
export const path: InputField<string, string> = {
  ...text('The path, as `configCatalogue` lists it', { max: 100 }),
  check: () => requiredText(100, { read: (given) => given }),
};

/** A value of JSON, null included. The schema of its path checks it. */
export const value: InputField<Json | undefined, Json | undefined, 'default'> = {
  presence: 'default',
  graphqlType: 'JSON',
  isList: false,
  description: 'The value; null is a value. It may be left out with the mode USER_OWNED',
  limits: ['at most 16,384 characters'],
  check: () => z.custom<Json | undefined>(),
};

/** The mode of settings. */
export const mode: InputField<Mode, Mode> = {
  presence: 'required',
  graphqlType: 'ConfigMode',
  isList: false,
  description: 'What the value means for the scopes below',
  limits: [],
  check: () => oneOf<Mode>(MODES),
};

/** The most characters of a secret: a key in PEM has room. */
const MAX_SECRET = 8_192;

/** The text of a secret, with every character as it was sent. */
export const secret = checkedText(
  'The text of a secret, in place of the value: it is used and never shown. If omitted, the secret of the layer stays as it is',
  () => requiredText(MAX_SECRET, { hasLines: true, read: (given) => given }),
  ['at most 8,192 characters'],
);

/** The new setting of a path in a layer. */
export const configSettingInput = createInput({
  path,
  value,
  secret: optional(secret),
  mode: optional(mode, 'DEFAULT by default'),
});

/** The fields that name the layer of a write. */
export const layerFields = {
  scope: choice('ConfigScope', 'The scope of the layer'),
  tenantId: tenantIdField,
  businessTypeId: optional(
    idOf('BusinessType', 'The business type of the layer, for the scope BUSINESS_TYPE'),
  ),
};

/** The paths of a layer to set and to unset. */
export const configUpdateInput = createInput({
  ...layerFields,
  set: optional(
    listOf(nested('ConfigSettingInput', 'The paths to set', configSettingInput), { max: MAX_PATHS }),
  ),
  unset: optional(
    listOf(
      { ...path, description: 'The paths to unset: the scopes above decide their values again' },
      { max: MAX_PATHS },
    ),
  ),
});
