import '../app/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { IntlProvider } from 'react-intl';
import texts from '../status/texts.json';
import { PublicPage } from './public-page.tsx';

const place = document.getElementById('status');
if (!place) throw new Error('The page has no place for the status.');
const [, , slug = ''] = window.location.pathname.split('/');

createRoot(place).render(
  <StrictMode>
    <IntlProvider locale="en" messages={texts}>
      <PublicPage path={`/status/${slug}`} />
    </IntlProvider>
  </StrictMode>,
);
