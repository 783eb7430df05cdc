import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { HomePage } from '../home/home-page.tsx';
import { NotHere } from '../shell/not-here.tsx';
import { Shell } from '../shell/shell.tsx';
import { Loading } from '../ui/states.tsx';
import { PAGES } from './pages.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotHere /> });
const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage });
const pages = PAGES.map(({ path, load }) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(async () => ({ default: await load() })),
  }),
);

/** Leads from the address to the page. What a page shows, e.g. its filter, is in the address, too. */
export const router = createRouter({
  routeTree: root.addChildren([home, ...pages]),
  defaultPendingComponent: Loading,
  defaultPreload: false,
});
