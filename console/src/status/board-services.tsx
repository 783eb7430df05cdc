import { type ReactNode, useState } from 'react';
import { useLiveQuery } from '../app/live-query.ts';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { graphql } from '../gql/gql.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import styles from './board.module.css';
import { OverrideDialog } from './override-dialog.tsx';
import { ServiceBadge } from './status-badge.tsx';
import type { ServiceRow } from './status-rows.ts';
import { UptimeBars } from './uptime-bars.tsx';

const UPTIME = graphql(`
  query BoardUptime($serviceId: ID!, $days: Int!) {
    serviceUptime(serviceId: $serviceId, days: $days) {
      total { ratio }
      days { start ratio }
    }
  }
`);

const CLEAR = graphql(`
  mutation BoardStatusClear($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    serviceStatusClear(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      serviceId
      userErrors { code rule message path }
    }
  }
`);

const DAYS = 60;
const FOLLOWED = ['Service'];

/** The services by their groups, in the order that the staff has given them. */
export function BoardServices({ services }: { services: readonly ServiceRow[] }): ReactNode {
  const text = useText();
  const named = [...new Set(services.flatMap(({ group }) => group ?? []))];
  const groups = [...named, ...(services.some(({ group }) => !group) ? [null] : [])];
  return groups.map((group) => (
    <Card key={group} title={group ?? text(groups.length === 1 ? 'status.services' : 'status.otherServices')}>
      <ul className={styles.services}>
        {services
          .filter((service) => service.group === group)
          .map((service) => (
            <Service key={service.id} service={service} />
          ))}
      </ul>
    </Card>
  ));
}

function Service({ service }: { service: ServiceRow }): ReactNode {
  const text = useText();
  const { id, name, description, status, statusSource, overrideReason, isPublic } = service;
  const mayWrite = useMay('status:write');
  const isOverridden = statusSource === 'OVERRIDE';
  return (
    <li>
      <div>
        <h3>
          {name} <ServiceBadge status={status} />
        </h3>
        {description && <p className={styles.muted}>{description}</p>}
        {isOverridden && (
          <p className={styles.muted}>
            {overrideReason
              ? text('status.overridden', { reason: overrideReason })
              : text('status.overriddenPlain')}
          </p>
        )}
        {!isPublic && <p className={styles.muted}>{text('status.private')}</p>}
      </div>
      <ServiceUptime id={id} name={name} />
      {mayWrite && <ServiceMoves service={service} isOverridden={isOverridden} />}
    </li>
  );
}

function ServiceUptime({ id, name }: { id: string; name: string }): ReactNode {
  const { data } = useLiveQuery(UPTIME, { serviceId: id, days: DAYS }, FOLLOWED);
  const uptime = data?.serviceUptime;
  const since = uptime?.days[0]?.start;
  // The place is kept until it is there, so that nothing jumps.
  if (!uptime || !since) return <div className={styles.uptime} />;
  return (
    <div className={styles.uptime}>
      <UptimeBars
        name={name}
        uptimes={{
          since,
          days: uptime.days.map(({ ratio }) => ratio ?? null),
          ratio: uptime.total.ratio ?? null,
        }}
      />
    </div>
  );
}

function ServiceMoves({ service, isOverridden }: { service: ServiceRow; isOverridden: boolean }): ReactNode {
  const text = useText();
  const { id, name, version } = service;
  const [isSetting, setSetting] = useState(false);
  const [clear, isClearing] = useAction(CLEAR);
  return (
    <div className={styles.moves}>
      {isOverridden && (
        <Button
          kind="quiet"
          disabled={isClearing}
          aria-label={text('status.clearOf', { name })}
          onClick={() => void clear({ id, expectedVersion: version })}
        >
          {text('status.clear')}
        </Button>
      )}
      <Button aria-label={text('status.overrideName', { name })} onClick={() => setSetting(true)}>
        {text('status.override')}
      </Button>
      {isSetting && <OverrideDialog service={service} onClose={() => setSetting(false)} />}
    </div>
  );
}
