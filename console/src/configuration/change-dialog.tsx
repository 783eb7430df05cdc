import type { LockstepError } from '@lockstep/client';
import { useLockstep } from '@lockstep/client/react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText, useWord } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { SelectField, TextArea, TextField } from '../forms/fields.tsx';
import { FormDialog } from '../forms/form-dialog.tsx';
import { graphql } from '../gql/gql.ts';
import type { ConfigMode, ConfigPreviewQuery, ConfigScope, ConfigUpdateInput } from '../gql/graphql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import { ChangePreview } from './change-preview.tsx';
import { choicesOf, kindOf, typedOf, useShownValue, valueOfTyped } from './setting-value.tsx';
import type { Setting } from './settings.ts';
import styles from './tree.module.css';

const PREVIEW = graphql(`
  query ConfigPreview($input: ConfigUpdateInput!) {
    configChangePreview(input: $input) {
      previewToken
      tenantCount
      userCount
      endedSessionCount
      conflictCount
      paths { path values { before after count } }
      userErrors { code rule message path }
    }
  }
`);

const APPLY = graphql(`
  mutation ConfigApply($input: ConfigUpdateInput!, $previewToken: String, $idempotencyKey: String) {
    configUpdate(input: $input, previewToken: $previewToken, idempotencyKey: $idempotencyKey) {
      configurationId
      userErrors { code rule message path }
    }
  }
`);

type Preview = NonNullable<ConfigPreviewQuery['configChangePreview']>;

/**
 * Changes a setting in two steps: what it will do is shown before it is done. It is done only if that still holds: when
 * someone else has changed the settings in between, the present effect is shown instead.
 */
export function ChangeDialog({
  setting,
  tenantId,
  onClose,
}: {
  setting: Setting;
  tenantId: string;
  onClose: () => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const lockstep = useLockstep();
  const [apply, isApplying] = useMutation(APPLY);
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const change = useChange(setting, tenantId);
  const { path } = setting.entry;

  const ask = async (input: ConfigUpdateInput, moved: string | null) => {
    setAsking(true);
    try {
      const { configChangePreview: found } = await lockstep.request<ConfigPreviewQuery>(PREVIEW, { input });
      const [refusal] = found?.userErrors ?? [];
      setFault(refusal?.message ?? moved);
      setPreview(refusal ? null : (found ?? null));
    } catch (error) {
      setFault((error as LockstepError).message);
    }
    setAsking(false);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFault(null);
    const input = change.input();
    if (typeof input === 'string') return setFault(input);
    if (!preview) return ask(input, null);
    const payload = await apply({ input, previewToken: preview.previewToken });
    if (!payload) return;
    const [refusal] = payload.userErrors;
    if (refusal?.code === 'VERSION_CONFLICT') return ask(input, text('config.moved'));
    if (refusal) return setFault(refusal.message);
    toast(text('config.applied'), 'good');
    onClose();
  };

  return (
    <FormDialog
      title={text('config.changeOf', { path })}
      submitText={text(preview ? 'config.apply' : 'config.preview')}
      isSaving={isAsking || isApplying}
      {...{ fault, onClose }}
      onSubmit={submit}
    >
      {preview ? (
        <>
          <ChangePreview preview={preview} />
          <div>
            <Button kind="quiet" onClick={() => setPreview(null)}>
              {text('config.back')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className={styles.description}>{setting.entry.description}</p>
          {change.fields}
        </>
      )}
    </FormDialog>
  );
}

/** The fields of a change, and what they say: an input, or the sentence that tells why there is none. */
function useChange({ entry, effective }: Setting, tenantId: string) {
  const text = useText();
  const word = useWord();
  const shown = useShownValue();
  const { tenant } = useViewer();
  const reachable: readonly ConfigScope[] = tenant ? ['TENANT'] : ['TENANT', 'PLATFORM'];
  const scopes = reachable.filter((one) => entry.settableAt.includes(one));
  const [scope, setScope] = useState<ConfigScope>(scopes[0] ?? 'TENANT');
  const [what, setWhat] = useState<'set' | 'unset'>('set');
  const schema = entry.schema as Parameters<typeof kindOf>[0];
  const [typed, setTyped] = useState(() => typedOf(effective.value, schema));
  const own = effective.contributions.find((one) => one.scope === scope);
  const [chosenMode, setMode] = useState<ConfigMode | null>(null);
  const mode = chosenMode ?? own?.mode ?? 'DEFAULT';
  const kind = kindOf(schema);
  const value = valueOfTyped(typed, schema);

  const input = (): ConfigUpdateInput | string => {
    const where = { scope, ...(scope === 'TENANT' && { tenantId }) };
    if (what === 'unset') return { ...where, unset: [entry.path] };
    if (value === undefined) return text(kind === 'number' ? 'config.noNumber' : 'config.noJson');
    return { ...where, set: [{ path: entry.path, value, mode }] };
  };

  const field = {
    label: text('config.value'),
    value: typed,
    onChange: ({ target }: { target: { value: string } }) => setTyped(target.value),
  };
  const fields = (
    <>
      {scopes.length > 1 && (
        <SelectField
          label={text('config.at')}
          options={scopes.map((one) => ({ value: one, label: word('ConfigScope', one) }))}
          value={scope}
          onChange={({ target }) => setScope(target.value as ConfigScope)}
        />
      )}
      {own && (
        <SelectField
          label={text('config.what')}
          options={[
            { value: 'set', label: text('config.set') },
            { value: 'unset', label: text('config.inherit') },
          ]}
          value={what}
          onChange={({ target }) => setWhat(target.value as 'set' | 'unset')}
        />
      )}
      {(!own || what === 'set') && (
        <>
          {kind === 'choice' && (
            <SelectField
              {...field}
              options={choicesOf(schema).map((one) => ({ value: one, label: shown(JSON.parse(one)) }))}
            />
          )}
          {kind === 'text' && <TextField {...field} />}
          {kind === 'number' && <TextField {...field} inputMode="numeric" />}
          {kind === 'json' && <TextArea {...field} hint={text('config.valueHint')} />}
          {entry.modes.length > 1 && (
            <SelectField
              label={text('config.mode')}
              options={entry.modes.map((one) => ({ value: one, label: word('ConfigMode', one) }))}
              value={mode}
              onChange={({ target }) => setMode(target.value as ConfigMode)}
            />
          )}
        </>
      )}
    </>
  );
  return { input, fields };
}
