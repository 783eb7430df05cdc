import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { SelectField, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { ConsentEvidenceKind, ConsentState } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { type ConsentRow, currentNotice, NOTICE_ROW, type PurposeRow } from './consent-rows.ts';

const SET = graphql(`
  mutation RecordSet($input: ConsentSetOnBehalfInput!, $expectedVersion: Int, $idempotencyKey: String) {
    consentSetOnBehalf(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      consent { ...ConsentRow }
      userErrors { code rule message path }
    }
  }
`);

const SUBJECT_CHOICE = graphql(`
  fragment SubjectChoice on Customer { id version company }
`);

const BY_COMPANY = { orderBy: [{ field: 'company' as const }] };
const EVIDENCE = ['CALL', 'EMAIL', 'FORM', 'LETTER', 'NOTE'] as const;

const valuesOf = (consent: ConsentRow | null) => ({
  customerId: consent?.customerId ?? '',
  purposeId: consent?.purposeId ?? '',
  state: consent?.state === 'GRANTED' ? 'REVOKED' : 'GRANTED',
  evidenceKind: 'CALL',
  evidenceReference: '',
});

/** Records what a subject has decided, with the evidence. The notice that was read out is the current one. */
export function RecordDialog({
  consent,
  purposes,
  onClose,
}: {
  /** The decision that is changed; none for a subject that has not decided yet. */
  consent: ConsentRow | null;
  purposes: readonly PurposeRow[];
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const word = useWord();
  const toast = useToast();
  const [set] = useMutation(SET);
  const { rows: customers } = useLiveList(SUBJECT_CHOICE, BY_COMPANY);
  const { rows: notices } = useLiveList(NOTICE_ROW);
  const needed = { required: text('fault.required') };
  const { field, submit, fault, isSaving } = useEntityForm<{ version: number }, ReturnType<typeof valuesOf>>({
    row: null,
    valuesOf: () => valuesOf(consent),
    save: async (_changed, { customerId, purposeId, state, evidenceKind, evidenceReference }) => {
      const purpose = purposes.find(({ id }) => id === purposeId);
      const notice = purpose && currentNotice(purpose, notices);
      const isGrant = state === 'GRANTED';
      const payload = await set({
        input: {
          customerId,
          purposeId,
          ...(consent?.memberId && { memberId: consent.memberId }),
          state: state as ConsentState,
          ...(isGrant && notice && { noticeVersion: notice.noticeVersion, language: notice.language }),
          evidenceKind: evidenceKind as ConsentEvidenceKind,
          evidenceReference,
        },
        ...(consent && { expectedVersion: consent.version }),
      });
      return payload && { userErrors: payload.userErrors, row: payload.consent };
    },
    onSaved: () => {
      toast(text('consent.recorded'), 'good');
      onClose();
    },
  });
  return (
    <FormDialog title={text('consent.record')} {...{ fault, isSaving, onClose }} onSubmit={submit}>
      {consent ? (
        <p>
          <strong>{consent.customer?.company ?? text('consent.hidden')}</strong>, {consent.purpose?.title}
        </p>
      ) : (
        <>
          <SelectField
            label={text('consent.subject')}
            options={[
              { value: '', label: text('consent.chooseCustomer') },
              ...customers.map(({ id, company }) => ({ value: id, label: company })),
            ]}
            {...field('customerId', needed)}
          />
          <SelectField
            label={text('consent.purpose')}
            options={[
              { value: '', label: text('consent.choosePurpose') },
              ...purposes.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            {...field('purposeId', needed)}
          />
        </>
      )}
      <SelectField
        label={text('consent.decision')}
        options={(['GRANTED', 'REVOKED'] as const).map((value) => ({
          value,
          label: word('ConsentState', value),
        }))}
        {...field('state')}
      />
      <SelectField
        label={text('consent.evidenceKind')}
        options={EVIDENCE.map((value) => ({ value, label: word('ConsentEvidenceKind', value) }))}
        {...field('evidenceKind')}
      />
      <TextField
        label={text('consent.evidence')}
        hint={text('consent.evidenceHint')}
        {...field('evidenceReference', needed)}
      />
    </FormDialog>
  );
}
