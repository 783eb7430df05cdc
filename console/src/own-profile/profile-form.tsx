import { type ReactNode, useState } from 'react';
import { useMutation } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useEntityForm } from '../forms/entity-form.tsx';
import { FormError, SelectField, TextField } from '../forms/fields.tsx';
import { graphql } from '../gql/gql.ts';
import { useToast } from '../shell/toasts.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import styles from './own-profile.module.css';
import type { OwnProfile } from './profile.ts';

const UPDATE = graphql(`
  mutation OwnProfileUpdate($input: ViewerUpdateInput!, $expectedVersion: Int, $idempotencyKey: String) {
    viewerUpdate(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      user { ...OwnProfile }
      userErrors { code rule message path }
    }
  }
`);

const valuesOf = (profile: OwnProfile | null) => ({
  name: profile?.name ?? '',
  language: profile?.language ?? '',
  timeZone: profile?.timeZone ?? '',
});

/** The time zones that this browser knows, with the one that is chosen. */
function timeZones(chosen: string | null | undefined): readonly string[] {
  const known = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
  if (chosen) known.add(chosen);
  return [...known].toSorted();
}

/** The name, the language and the time zone of the viewer. What another window saves appears here, too. */
export function ProfileForm({
  profile,
  by,
}: {
  profile: OwnProfile;
  by: string | null | undefined;
}): ReactNode {
  const [saves, setSaves] = useState<{ count: number; profile: OwnProfile | null }>({
    count: 0,
    profile: null,
  });
  // The answer to a save may be newer than the stream, for a moment.
  const latest = saves.profile && saves.profile.version > profile.version ? saves.profile : profile;
  return (
    <Fields
      key={saves.count}
      profile={latest}
      by={by}
      onSaved={(saved) => setSaves({ count: saves.count + 1, profile: saved })}
    />
  );
}

function Fields({
  profile,
  by,
  onSaved,
}: {
  profile: OwnProfile;
  by: string | null | undefined;
  onSaved: (saved: OwnProfile | null) => void;
}): ReactNode {
  const text = useText();
  const toast = useToast();
  const [update] = useMutation(UPDATE);
  const { field, submit, fault, isSaving } = useEntityForm<OwnProfile, ReturnType<typeof valuesOf>>({
    row: profile,
    by,
    valuesOf,
    save: async (changed, _all, expectedVersion) => {
      // An empty name is refused at its field; the others are removed when they are empty.
      const input = Object.fromEntries(
        Object.entries(changed).map(([name, value]) => [name, name === 'name' ? value : value || null]),
      );
      const payload = await update(expectedVersion === undefined ? { input } : { input, expectedVersion });
      return payload && { userErrors: payload.userErrors, row: payload.user };
    },
    onSaved: (saved) => {
      toast(text('form.saved'), 'good');
      onSaved(saved ?? null);
    },
  });
  return (
    <Card title={text('ownProfile.profile')}>
      <form onSubmit={submit} noValidate className={styles.form}>
        {fault && <FormError>{fault}</FormError>}
        <TextField label={text('ownProfile.name')} autoComplete="name" {...field('name')} />
        <TextField
          label={text('ownProfile.language')}
          hint={text('ownProfile.languageHint')}
          {...field('language')}
        />
        <SelectField
          label={text('ownProfile.timeZone')}
          hint={text('ownProfile.timeZoneHint')}
          options={[
            { value: '', label: text('ownProfile.noTimeZone') },
            ...timeZones(profile.timeZone).map((value) => ({ value, label: value })),
          ]}
          {...field('timeZone')}
        />
        <Button type="submit" kind="primary" disabled={isSaving}>
          {text(isSaving ? 'form.saving' : 'form.save')}
        </Button>
      </form>
    </Card>
  );
}
