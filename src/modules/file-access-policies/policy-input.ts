import { z } from 'zod';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { checkedText, choice, defaulted, flag, text } from '../../core/requests/input-fields.ts';
import { requiredText } from '../../core/requests/input-text.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import { readCondition } from './conditions/condition.ts';
import { ConditionFault } from './conditions/condition-fault.ts';
import { faultOfPattern, MAX_PATTERN_LENGTH } from './file-pattern.ts';
import { CONDITION, PATTERN } from './policy-descriptions.ts';

const filePattern = requiredText('The pattern', MAX_PATTERN_LENGTH).superRefine((pattern, context) => {
  const fault = faultOfPattern(pattern);
  if (fault) context.addIssue({ code: 'custom', message: `The pattern has ${fault}` });
});

/** It is neither trimmed nor normalised: a fault names places in the text as the client sent it. */
const condition = z.string({ error: 'The condition must be a string.' }).superRefine((written, context) => {
  const fault = faultOfCondition(written);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});

function faultOfCondition(written: string): string | null {
  // PostgreSQL cannot store it.
  if (written.includes('\0')) return 'The condition contains a NUL character.';
  try {
    readCondition(written);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    return error.message;
  }
}

const MAX_NAME_LENGTH = 200;

/** What a policy decides, and where. */
const decidingFields = {
  filePattern: checkedText(PATTERN, filePattern),
  condition: checkedText(CONDITION, condition),
  effect: choice('FileAccessEffect', 'What it does where it holds'),
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

/** A draft as clients send it: of an existing policy, what is left out keeps its value. */
export const policyTriedInput = updateInput(triedFields);

/** A draft that is whole, with what it takes from an existing policy. It needs no name. */
export const wholeDraft = createInput(triedFields);

/** The name of a policy that is created without one: the pattern, as far as it fits. */
export function nameAfter(pattern: string): string {
  return pattern.slice(0, MAX_NAME_LENGTH);
}
