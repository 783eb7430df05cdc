import { z } from 'zod';
import { emailAddress, newPassword, optionalText, requiredText } from '../../core/input-text.ts';
import { isPermission } from '../../core/permissions.ts';
import { Role } from '../../generated/prisma/client.ts';
import { misplacements } from './user-place.ts';

const MAX_ATTRIBUTES = 100;
const MAX_PERMISSIONS = 200;

/** The attributes of one user. */
export const attributes = z
  .array(requiredText('An attribute', 100))
  .max(MAX_ATTRIBUTES, `At most ${MAX_ATTRIBUTES} attributes.`)
  .transform(withoutRepeats);

const permissions = z
  .array(z.string().refine(isPermission, 'There is no such permission.'))
  .max(MAX_PERMISSIONS, `At most ${MAX_PERMISSIONS} permissions.`)
  .transform(withoutRepeats);

const fields = {
  name: requiredText('The name'),
  email: emailAddress('The e-mail address'),
  department: optionalText('The department', 200).nullable(),
  company: optionalText('The company', 200).nullable(),
  customerId: z.string().nullable(),
  permissions,
};

/** A new user: what is left out is empty, and the role says where the user belongs. */
export const createInput = z
  .object({
    ...fields,
    role: z.enum(Role),
    tenantId: z.string().nullish(),
    organizationId: z.string().nullish(),
    customerId: fields.customerId.optional(),
    department: fields.department.optional(),
    company: fields.company.optional(),
    attributes: attributes.nullish().transform((list) => list ?? []),
    permissions: permissions.nullish().transform((list) => list ?? []),
    password: newPassword('The password').nullish(),
  })
  .superRefine((user, context) => {
    for (const { column, message } of misplacements({ ...user, tenantId: user.tenantId ?? undefined })) {
      context.addIssue({ code: 'custom', message, path: [column] });
    }
  });

export const updateInput = z.object({ ...fields, isActive: z.boolean() }).partial();

function withoutRepeats<Value>(list: readonly Value[]): Value[] {
  return [...new Set(list)];
}
