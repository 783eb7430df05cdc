import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useMay, useViewer } from '../app/viewer.tsx';
import { CustomerTiles } from '../property-hub/customer-tiles.tsx';
import { useOwnPages } from '../shell/main-menu.tsx';
import { Page } from '../ui/page.tsx';
import styles from './home-page.module.css';

/** The first page: who you are here, the numbers that you may see, and the ways on. */
export function HomePage(): ReactNode {
  const text = useText();
  const word = useWord();
  const { name, role, tenant, organization } = useViewer();
  const maySeeCustomers = useMay('customers:read');
  const pages = useOwnPages();
  const place = tenant?.name ?? organization?.name ?? text('home.everywhere');
  return (
    <Page title={text('home.title', { name })} lead={text('home.lead', { role: word('Role', role), place })}>
      {maySeeCustomers && <CustomerTiles />}
      <section aria-labelledby="ways-on">
        <h2 id="ways-on" className="unseen">
          {text('home.goTo')}
        </h2>
        <ul className={styles.ways}>
          {pages.map(({ path, menu }) => (
            <li key={path}>
              <Link to={path as never}>
                <span>{text(`wing.${menu.wing}`)}</span>
                <strong>{text(menu.text)}</strong>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
}
