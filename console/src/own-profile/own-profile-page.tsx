import { useLiveList } from '@lockstep/client/react';
import { type ReactNode, useMemo } from 'react';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { OWN_PROFILE } from './profile.ts';
import { ProfileForm } from './profile-form.tsx';
import { SessionList } from './session-list.tsx';

/** What the viewer says of itself, and the devices on which it is signed in. */
export function OwnProfilePage(): ReactNode {
  const text = useText();
  const { id, email } = useViewer();
  const asked = useMemo(() => ({ id }), [id]);
  const { rows, status, error, changed } = useLiveList(OWN_PROFILE, asked);
  const [profile] = rows;
  return (
    <Page title={text('ownProfile.title')} lead={email}>
      {status === 'ended' && error && <Failed error={error} />}
      {!profile && (status === 'loading' || status === 'idle') && <Loading />}
      {profile && <ProfileForm profile={profile} by={changed.get(id)?.by.name} />}
      <SessionList />
    </Page>
  );
}
