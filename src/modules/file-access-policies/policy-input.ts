import { z } from 'zod';
import { requiredText } from '../../core/input-text.ts';
import { FileAccessEffect } from '../../generated/prisma/client.ts';
import { readCondition } from './conditions/condition.ts';
import { ConditionFault } from './conditions/condition-fault.ts';
import { faultOfPattern, MAX_PATTERN_LENGTH } from './file-pattern.ts';

const filePattern = requiredText('The pattern', MAX_PATTERN_LENGTH).superRefine((pattern, context) => {
  const fault = faultOfPattern(pattern);
  if (fault) context.addIssue({ code: 'custom', message: `The pattern has ${fault}` });
});

/** Not trimmed and not normalised: the places that are named in a fault are those of the text as it was sent. */
const condition = z.string({ error: 'The condition must be a string.' }).superRefine((text, context) => {
  const fault = faultOfCondition(text);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});

function faultOfCondition(text: string): string | null {
  // PostgreSQL cannot store it.
  if (text.includes('\0')) return 'The condition contains a NUL character.';
  try {
    readCondition(text);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    return error.message;
  }
}

const MAX_NAME_LENGTH = 200;

const fields = {
  name: requiredText('The name', MAX_NAME_LENGTH),
  filePattern,
  condition,
  effect: z.enum(FileAccessEffect, 'The effect must be ALLOW or DENY.'),
  isEnabled: z.boolean(),
};

const isEnabled = fields.isEnabled.nullish().transform((given) => given ?? true);

/** A new policy; one without a name is called after what it is about. */
export const createInput = z
  .object({ ...fields, tenantId: z.string().nullish(), name: fields.name.nullish(), isEnabled })
  .transform((policy) => ({ ...policy, name: policy.name ?? policy.filePattern.slice(0, MAX_NAME_LENGTH) }));

/** Changes of a policy: an absent field keeps its value. */
export const updateInput = z.object(fields).partial();

/** A policy that is tried: whole, or as changes of one that is there. It needs no name. */
export const triedInput = z.object({
  filePattern,
  condition,
  effect: fields.effect,
  isEnabled,
});
