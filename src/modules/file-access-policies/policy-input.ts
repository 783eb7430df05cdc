import { z } from 'zod';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { checkedText, choice, defaulted, flag, text } from '../../core/requests/input-fields.ts';
import { requiredText } from '../../core/requests/input-text.ts';
import { isWellFormed, lengthOf } from '../../core/requests/read-text.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import { fold } from '../../lib/fold.ts';
import { readCondition } from './conditions/condition.ts';
import { ConditionFault } from './conditions/condition-fault.ts';
import { faultOfPattern, MAX_PATTERN_LENGTH } from './file-pattern.ts';
import { CONDITION, PATTERN } from './policy-descriptions.ts';

/** A path may have invisible characters, so a pattern keeps them: `readPath` keeps them, too. */
const readPattern = (written: string) => written.normalize('NFC').trim();

const filePattern = (label: string) =>
  requiredText(label, MAX_PATTERN_LENGTH, { read: readPattern }).superRefine((pattern, context) => {
    const fault = faultOfPattern(pattern);
    if (fault) context.addIssue({ code: 'custom', message: `${label} has ${fault}` });
  });

/** It is neither trimmed nor normalised: a fault names positions in the text that the client sent. */
const condition = (label: string) =>
  z.string({ error: `${label} must be a string.` }).superRefine((written, context) => {
    const fault = faultOfCondition(written, label);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

function faultOfCondition(written: string, label: string): string | null {
  // PostgreSQL cannot store it.
  if (written.includes('\0')) return `${label} contains a NUL character.`;
  if (!isWellFormed(written)) return `${label} contains half a character.`;
  try {
    readCondition(written);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    return error.message;
  }
}

const MAX_NAME_LENGTH = 200;
/** As for a name that is written: a ligature can unfold into 18 letters. */
const MAX_UNFOLDED_NAME = 600;
const MAX_LIGATURES = 33;

/** The fields of a policy that decide. */
const decidingFields = {
  filePattern: checkedText(PATTERN, filePattern),
  condition: checkedText(CONDITION, condition),
  effect: choice('FileAccessEffect', 'The effect if the condition holds'),
};

const fields = {
  name: defaulted(text('The name', { max: MAX_NAME_LENGTH }), 'the pattern if absent'),
  ...decidingFields,
  isEnabled: defaulted(
    flag('Whether the policy is enabled: decisions consider enabled policies only'),
    'true by default',
  ),
};

export const policyCreateInput = createInput({ tenantId: tenantIdField, ...fields });

export const policyUpdateInput = updateInput(fields);

const triedFields = {
  ...decidingFields,
  isEnabled: defaulted(flag('Whether the policy is enabled; true by default for a new one'), ''),
};

/** The input of a draft: for an existing policy, an omitted field keeps its value. */
export const policyTriedInput = updateInput(triedFields);

/** A complete draft, with the omitted fields of an existing policy filled in. It needs no name. */
export const wholeDraft = createInput(triedFields);

/** The default name of a policy: the pattern, cut to the longest name. */
export function nameAfter(pattern: string): string {
  const name = [...pattern].slice(0, MAX_NAME_LENGTH);
  const isLong = lengthOf(fold(name.join(''))) > MAX_UNFOLDED_NAME;
  return (isLong ? name.slice(0, MAX_LIGATURES) : name).join('');
}
