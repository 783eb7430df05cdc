import { type ReactNode, useEffect } from 'react';
import { useIntl } from 'react-intl';
import { IncidentTimeline } from '../status/incident-timeline.tsx';
import { ImpactBadge, IncidentBadge, ServiceBadge } from '../status/status-badge.tsx';
import { StatusBanner } from '../status/status-banner.tsx';
import { useStatusText } from '../status/status-text.ts';
import { UptimeBars } from '../status/uptime-bars.tsx';
import { Time } from '../ui/time.tsx';
import { type FollowedPage, type PublishedPage, useFollowedPage } from './followed-page.ts';
import styles from './public-page.module.css';

/** The status page of a tenant, for everyone who has its address. */
export function PublicPage({ path }: { path: string }): ReactNode {
  const text = useStatusText();
  const followed = useFollowedPage(path);
  const { page, state } = followed;
  const title = page ? text('public.title', { name: page.name }) : null;
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  if (state === 'not-here') {
    return <Sentence title={text('public.notHere')} more={text('public.notHereText')} />;
  }
  if (page) return <Shown {...{ path, page, state }} />;
  if (state === 'lost') {
    return <Sentence title={text('public.unreachable')} more={text('public.unreachableText')} />;
  }
  return <Sentence title={text('public.loading')} />;
}

function Sentence({ title, more }: { title: string; more?: string }): ReactNode {
  return (
    <main className={styles.sentence} role="status">
      <h1>{title}</h1>
      {more && <p>{more}</p>}
    </main>
  );
}

function Shown({
  path,
  page,
  state,
}: {
  path: string;
  page: PublishedPage;
  state: FollowedPage['state'];
}): ReactNode {
  const text = useStatusText();
  const open = page.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const past = page.incidents.filter(({ resolvedAt }) => resolvedAt !== null);
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <h1>{text('public.title', { name: page.name })}</h1>
        <Freshness page={page} state={state} />
      </header>
      <StatusBanner status={page.status} note={page.stale && text('public.stale')} />
      {open.length > 0 && (
        <section aria-labelledby="open">
          <h2 id="open">{text('status.openIncidents')}</h2>
          {open.map((incident) => (
            <Incident key={incident.id} incident={incident} page={page} />
          ))}
        </section>
      )}
      {page.maintenance.length > 0 && <Maintenance page={page} />}
      <Services page={page} />
      <section aria-labelledby="past">
        <h2 id="past">{text('status.pastIncidents')}</h2>
        {past.length === 0 && <p className={styles.muted}>{text('status.noPast')}</p>}
        {past.map((incident) => (
          <Incident key={incident.id} incident={incident} page={page} />
        ))}
      </section>
      <footer className={styles.foot}>
        <a href={`${path}/feed.atom`}>{text('public.feed')}</a>
      </footer>
    </main>
  );
}

/** Whether the page is what the server knows now; with a text, never by colour alone. */
function Freshness({ page, state }: { page: PublishedPage; state: FollowedPage['state'] }): ReactNode {
  const text = useStatusText();
  const intl = useIntl();
  const time = intl.formatTime(page.asOf, { timeStyle: 'short' });
  const said =
    state === 'lost'
      ? text('public.lost', { time })
      : text(state === 'live' ? 'public.live' : 'public.delayed');
  return (
    <p className={styles.freshness} data-state={state} role="status">
      {said}
    </p>
  );
}

function Services({ page }: { page: PublishedPage }): ReactNode {
  const text = useStatusText();
  const { services, uptime } = page;
  const named = [...new Set(services.flatMap(({ group }) => group ?? []))];
  const groups = [...named, ...(services.some(({ group }) => !group) ? [null] : [])];
  return groups.map((group) => {
    const title = group ?? text(groups.length === 1 ? 'status.services' : 'status.otherServices');
    return (
      <section key={group} aria-label={title}>
        <h2>{title}</h2>
        <ul className={styles.services}>
          {services
            .filter((service) => service.group === group)
            .map(({ id, name, description, status }) => {
              const own = uptime.services.find(({ serviceId }) => serviceId === id);
              return (
                <li key={id}>
                  <div className={styles.service}>
                    <div>
                      <h3>{name}</h3>
                      {description && <p className={styles.muted}>{description}</p>}
                    </div>
                    <ServiceBadge status={status} />
                  </div>
                  {own && <UptimeBars name={name} uptimes={{ ...own, since: uptime.since }} />}
                </li>
              );
            })}
        </ul>
      </section>
    );
  });
}

function Incident({
  incident,
  page,
}: {
  incident: PublishedPage['incidents'][number];
  page: PublishedPage;
}): ReactNode {
  const { title, impact, status, updates, serviceIds } = incident;
  return (
    <article className={styles.card} data-open={incident.resolvedAt === null}>
      <header>
        <h3>{title}</h3>
        <span className={styles.badges}>
          <ImpactBadge impact={impact} />
          <IncidentBadge status={status} />
        </span>
      </header>
      <Affected page={page} serviceIds={serviceIds} />
      <IncidentTimeline updates={updates} />
    </article>
  );
}

function Maintenance({ page }: { page: PublishedPage }): ReactNode {
  const text = useStatusText();
  return (
    <section aria-labelledby="maintenance">
      <h2 id="maintenance">{text('status.maintenance')}</h2>
      {page.maintenance.map(({ id, title, description, status, startsAt, endsAt, serviceIds }) => (
        <article key={id} className={styles.card}>
          <header>
            <h3>{title}</h3>
            <span className={styles.muted}>{text(`enum.MaintenanceWindowStatus.${status}`)}</span>
          </header>
          <p className={styles.muted}>
            {text('status.from')} <Time at={startsAt} /> {text('status.until')} <Time at={endsAt} />
          </p>
          {description && <p>{description}</p>}
          <Affected page={page} serviceIds={serviceIds} />
        </article>
      ))}
    </section>
  );
}

function Affected({ page, serviceIds }: { page: PublishedPage; serviceIds: readonly string[] }): ReactNode {
  const text = useStatusText();
  const intl = useIntl();
  const names = page.services.filter(({ id }) => serviceIds.includes(id)).map(({ name }) => name);
  if (names.length === 0) return null;
  return <p className={styles.muted}>{text('status.affects', { services: intl.formatList(names) })}</p>;
}
