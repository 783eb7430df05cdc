import { z } from 'zod';
import { invalidInput } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { REFUSED, refusing } from '../../core/requests/input-faults.ts';
import { checkedText, choice, defaulted, flag, text } from '../../core/requests/input-fields.ts';
import { MAX_UNFOLDING, requiredText } from '../../core/requests/input-text.ts';
import { isWellFormed, lengthOf } from '../../core/requests/read-text.ts';
import { tenantIdField } from '../../core/rights/scope.ts';
import { fold } from '../../lib/fold.ts';
import { readCondition } from './conditions/condition.ts';
import { ConditionFault } from './conditions/condition-fault.ts';
import { faultOfPattern, MAX_PATTERN_LENGTH } from './file-pattern.ts';
import { CONDITION, PATTERN } from './policy-descriptions.ts';

const POLICY = sentences('INVALID_INPUT', {
  PATTERN_SIGNS: '"{field}" has no backslash and no control character.',
  PATTERN_PARTS: '"{field}" has no empty part, no "." and no "..".',
  PATTERN_STARS: '"{field}" has "**" alone between slashes.',
  BAD_CONDITION: 'Line {line}, column {column}: {explanation}',
  NUL: '"{field}" contains a NUL character.',
});

/** A path may have invisible characters, so a pattern keeps them: `readPath` keeps them, too. */
const readPattern = (written: string) => written.normalize('NFC').trim();

const filePattern = () =>
  requiredText(MAX_PATTERN_LENGTH, { read: readPattern }).superRefine((pattern, context) => {
    const fault = faultOfPattern(pattern);
    if (fault) context.addIssue(issueOf(POLICY[`PATTERN_${fault}`]()));
  });

/** It is neither trimmed nor normalised: a fault names positions in the text that the client sent. */
const condition = () =>
  z.string().superRefine((written, context) => {
    const fault = faultOfCondition(written);
    if (fault) context.addIssue(issueOf(fault));
  });

function issueOf(fault: Fault<'INVALID_INPUT'>) {
  return { code: 'custom' as const, ...refusing(fault) };
}

function faultOfCondition(written: string): Fault<'INVALID_INPUT'> | null {
  // PostgreSQL cannot store it.
  if (written.includes('\0')) return POLICY.NUL();
  if (!isWellFormed(written)) return REFUSED.HALF_CHARACTER();
  try {
    readCondition(written);
    return null;
  } catch (error) {
    return badCondition(error);
  }
}

function badCondition(error: unknown): Fault<'INVALID_INPUT'> {
  if (!(error instanceof ConditionFault)) throw error;
  const { line, column, explanation } = error;
  return POLICY.BAD_CONDITION({ line, column, explanation });
}

/**
 * Refuses a condition of which a part can never be evaluated, unless it is the condition `before`: a client that sends
 * all fields of a policy of an earlier release can change the others. The inputs cannot, because they do not know it.
 */
export function requireEvaluable(condition: string, before?: string): void {
  if (condition === before) return;
  try {
    readCondition(condition).requireEvaluable();
  } catch (error) {
    throw invalidInput(badCondition(error), 'input', 'condition');
  }
}

const MAX_NAME_LENGTH = 200;
/** As for a name that is written: a ligature can unfold into 18 letters. */
const MAX_UNFOLDED_NAME = MAX_UNFOLDING * MAX_NAME_LENGTH;
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
