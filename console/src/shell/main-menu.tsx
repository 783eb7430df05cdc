import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PAGES, type PageOf, WINGS } from '../app/pages.ts';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import styles from './main-menu.module.css';

/** The pages of the menu that the viewer may open now. */
export function useOwnPages(): readonly (PageOf & Required<Pick<PageOf, 'menu'>>)[] {
  const { permissions } = useViewer();
  return PAGES.flatMap((page) => {
    const may = page.permissions?.some((one) => permissions.includes(one)) ?? true;
    return page.menu && may ? [{ ...page, menu: page.menu }] : [];
  });
}

/** The pages that the viewer may open, by wings. It follows the permissions while it is shown. */
export function MainMenu(): ReactNode {
  const text = useText();
  const pages = useOwnPages();
  const wings = WINGS.filter((wing) => pages.some(({ menu }) => menu.wing === wing));
  return (
    <nav className={styles.menu} aria-label={text('menu.label')}>
      <Link to="/" activeOptions={{ exact: true }}>
        {text('menu.home')}
      </Link>
      {wings.map((wing) => (
        <section key={wing} aria-labelledby={`wing-${wing}`}>
          <h2 id={`wing-${wing}`}>{text(`wing.${wing}`)}</h2>
          {pages
            .filter(({ menu }) => menu.wing === wing)
            .map(({ path, menu }) => (
              <Link key={path} to={path as never}>
                {text(menu.text)}
              </Link>
            ))}
        </section>
      ))}
    </nav>
  );
}
