import { createLockstep } from '@lockstep/client';
import { LockstepProvider } from '@lockstep/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './app/console.tsx';

const lockstep = createLockstep({ url: window.location.origin });
const place = document.getElementById('console');
if (!place) throw new Error('The page has no place for the console.');

createRoot(place).render(
  <StrictMode>
    <LockstepProvider client={lockstep}>
      <Console />
    </LockstepProvider>
  </StrictMode>,
);
