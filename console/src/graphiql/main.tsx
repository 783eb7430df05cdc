import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './graphiql.css';
import { createLockstep } from '@lockstep/client';
import { LockstepProvider } from '@lockstep/client/react';
import { createRoot } from 'react-dom/client';
import { GraphiqlPage } from './graphiql-page.tsx';
import { Streams } from './streams.ts';

const lockstep = createLockstep({ url: window.location.origin });
const streams = new Streams();
const place = document.getElementById('graphiql');
if (!place) throw new Error('The page has no place for GraphiQL.');

// Nothing that one user has read stays for the next one. The texts of the tabs are in the storage.
lockstep.onSessionEnd(() => {
  streams.stopAll();
  setTimeout(() => window.location.reload());
});

createRoot(place).render(
  <LockstepProvider client={lockstep}>
    <GraphiqlPage lockstep={lockstep} streams={streams} />
  </LockstepProvider>,
);
