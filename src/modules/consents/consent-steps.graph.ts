import type { Input } from '../../core/requests/input.ts';
import { may } from '../../core/rights/rules.ts';
import { type CommandArg, commandField, type Mutation } from '../../graph/commands/command-field.ts';
import { rowCommandField } from '../../graph/commands/row-commands.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { expectedVersionArg } from '../../graph/schema/shared-args.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { consentSetOnBehalfInput, setConsentOnBehalf } from './consent-on-behalf.commands.ts';
import { consents } from './consents.access.ts';
import {
  confirmConsent,
  consentGrantInput,
  consentRefuseInput,
  grantConsent,
  refuseConsent,
  revokeConsent,
} from './consents.commands.ts';

/** The kinds of evidence that staff give for a consent that they set on behalf of its subject. */
export const ConsentEvidenceKind = enumType(
  'ConsentEvidenceKind',
  'Kind of the evidence of a subject’s will.',
  {
    CALL: 'A call.',
    LETTER: 'A letter.',
    EMAIL: 'An e-mail.',
    FORM: 'A signed form.',
    NOTE: 'A note of what was said.',
  },
);

/** Makes the arguments of a mutation that names a consent by its subject and purpose: there may be none yet. */
function givingArgs<Of extends Input>(input: Of, description: string) {
  return (arg: CommandArg, { name }: Mutation) => ({
    input: arg({
      type: inputType(`${capitalized(name)}Input`, description, input),
      required: true,
      description,
    }),
    expectedVersion: expectedVersionArg(arg),
  });
}

commandField('consentGrant', consents, givingArgs(consentGrantInput, 'The consent that is granted.'), {
  description:
    'Grants a consent for the viewer or, by its owners, for its customer. If the purpose requires a double opt-in, it is PENDING until it is confirmed. Granting what is granted changes nothing.',
  rule: may('consents:give'),
  run: (ctx, args) => grantConsent(ctx, args),
});

commandField('consentRefuse', consents, givingArgs(consentRefuseInput, 'The consent that is refused.'), {
  description:
    'Refuses consent, also before any was granted, for the viewer or, by its owners, for its customer. The consent is REVOKED.',
  rule: may('consents:give'),
  run: (ctx, args) => refuseConsent(ctx, args),
});

rowCommandField('consentRevoke', consents, {
  description:
    'Revokes a consent of which the viewer is the subject. Revoking what is revoked changes nothing.',
  rule: may('consents:give'),
  args: () => ({}),
  run: (ctx, args) => revokeConsent(ctx, args),
});

rowCommandField('consentConfirm', consents, {
  description:
    'Confirms a PENDING consent of which the viewer is the subject, on the notice that is still the current one.',
  rule: may('consents:give'),
  args: () => ({}),
  run: (ctx, args) => confirmConsent(ctx, args),
});

commandField(
  'consentSetOnBehalf',
  consents,
  givingArgs(consentSetOnBehalfInput, 'The consent that is set on behalf of its subject, with the evidence.'),
  {
    description:
      'Sets a consent on behalf of its subject. If the purpose requires a double opt-in, it becomes PENDING: only the subject can confirm it.',
    rule: may('consents:write'),
    run: (ctx, args) => setConsentOnBehalf(ctx, args),
  },
);
