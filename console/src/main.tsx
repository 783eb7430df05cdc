import './app/theme.css';
import { createLockstep } from '@lockstep/client';
import { LockstepProvider } from '@lockstep/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './app/console.tsx';
import { applyTheme } from './app/theme.ts';

applyTheme();
// A page of a former build may ask for a chunk that is gone: the present page has the present chunks.
window.addEventListener('vite:preloadError', () => window.location.reload(), { once: true });

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
