import { useEffect, useState } from 'react';
import type { IncidentImpact, IncidentStatus, ServiceStatus } from '../status/status-text.ts';

/** A status page as the server publishes it. */
export interface PublishedPage {
  readonly name: string;
  readonly status: ServiceStatus;
  readonly asOf: string;
  readonly stale: boolean;
  readonly services: readonly {
    readonly id: string;
    readonly name: string;
    readonly group: string | null;
    readonly description: string | null;
    readonly status: ServiceStatus;
  }[];
  readonly incidents: readonly {
    readonly id: string;
    readonly title: string;
    readonly impact: IncidentImpact;
    readonly status: IncidentStatus;
    readonly startedAt: string;
    readonly resolvedAt: string | null;
    readonly serviceIds: readonly string[];
    readonly updates: readonly {
      readonly id: string;
      readonly status: IncidentStatus;
      readonly message: string;
      readonly occurredAt: string;
      readonly isBackdated: boolean;
    }[];
  }[];
  readonly maintenance: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string | null;
    readonly status: 'SCHEDULED' | 'IN_PROGRESS';
    readonly startsAt: string;
    readonly endsAt: string;
    readonly serviceIds: readonly string[];
  }[];
  readonly uptime: {
    readonly since: string;
    readonly services: readonly {
      readonly serviceId: string;
      readonly ratio: number | null;
      readonly days: readonly (number | null)[];
    }[];
  };
}

/** How a page is followed: by its stream, by asking now and then, or not at the moment. */
export interface FollowedPage {
  readonly page: PublishedPage | null;
  readonly state: 'loading' | 'live' | 'delayed' | 'lost' | 'not-here';
}

const ASK_AGAIN_MS = { min: 10_000, spread: 10_000 };

/**
 * Follows a page: without a session, from its public address alone. Its stream sends the page as it is and whenever it changes.
 * Where the server has no stream to spare, the page is asked for every few seconds, and the stream is tried again then.
 */
export function useFollowedPage(path: string): FollowedPage {
  const [followed, setFollowed] = useState<FollowedPage>({ page: null, state: 'loading' });
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    const say = (state: FollowedPage['state'], page?: PublishedPage) => {
      if (isCurrent) setFollowed((before) => ({ page: page ?? before.page, state }));
    };

    const ask = async () => {
      try {
        const answer = await fetch(path, { headers: { accept: 'application/json' } });
        if (answer.status === 404) say('not-here');
        else if (answer.ok) say('delayed', await answer.json());
        else say('lost');
      } catch {
        say('lost');
      }
      const wait = ASK_AGAIN_MS.min + Math.random() * ASK_AGAIN_MS.spread;
      if (isCurrent) timer = setTimeout(follow, wait);
    };

    const follow = () => {
      source = new EventSource(`${path}/events`);
      source.addEventListener('status', ({ data }) => say('live', JSON.parse(data)));
      source.addEventListener('error', ({ target }) => {
        // The browser connects again by itself, unless the server has answered with a refusal.
        if ((target as EventSource).readyState === EventSource.CLOSED) void ask();
        else say('lost');
      });
    };

    follow();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      source?.close();
    };
  }, [path]);
  return followed;
}
