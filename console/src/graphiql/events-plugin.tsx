import type { GraphiQLPlugin } from '@graphiql/react';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import type { ShownEvent, Stream } from './stream.ts';
import type { Streams } from './streams.ts';

/** The list of events beside the editor: of each stream that runs, whichever tab is in front. */
export function eventsPlugin(streams: Streams): GraphiQLPlugin {
  return { title: 'Events', icon: EventsIcon, content: () => <Events streams={streams} /> };
}

function Events({ streams }: { readonly streams: Streams }): ReactNode {
  const all = useSyncExternalStore(streams.subscribe, streams.all);
  const [chosen, choose] = useState<Stream | null>(null);
  const shown = chosen && all.includes(chosen) ? chosen : (streams.of(streams.activeTab) ?? all[0]);
  return (
    <section className="events" aria-label="Events">
      <h2 className="events-heading">Events</h2>
      {all.length === 0 && (
        <p className="events-hint">
          Run a subscription, e.g. that of the tab CustomerChanged. Its events are listed here, and arrive
          while you work in other tabs.
        </p>
      )}
      <ul className="events-streams">
        {all.map((stream) => (
          <StreamRow key={stream.tabId} stream={stream} isShown={stream === shown} choose={choose} />
        ))}
      </ul>
      {shown && <EventList key={shown.tabId} stream={shown} />}
    </section>
  );
}

interface StreamRowProps {
  readonly stream: Stream;
  readonly isShown: boolean;
  choose(stream: Stream): void;
}

function StreamRow({ stream, isShown, choose }: StreamRowProps): ReactNode {
  const { status, count, position } = useStream(stream);
  return (
    <li className="events-stream" data-status={status} data-shown={isShown}>
      <button type="button" className="events-choose" aria-pressed={isShown} onClick={() => choose(stream)}>
        <span className="events-title">{stream.title}</span>
        <span className="events-status">
          {status} · {count === 1 ? '1 event' : `${count} events`}
          {position && ` · position at ${timeOf(position.at)}`}
        </span>
      </button>
      {stream.isRunning && (
        <button type="button" className="events-stop" onClick={() => stream.stop()}>
          Stop
        </button>
      )}
    </li>
  );
}

function EventList({ stream }: { readonly stream: Stream }): ReactNode {
  const { events, count, error } = useStream(stream);
  const [text, setText] = useState('');
  const matching =
    text === '' ? events : events.filter((event) => textOf(event).includes(text.toLowerCase()));
  return (
    <>
      <div className="events-tools">
        <input
          type="search"
          aria-label="Filter events"
          placeholder="Filter events"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="button" onClick={() => stream.clear()} disabled={events.length === 0}>
          Clear
        </button>
      </div>
      {error && (
        <p className="events-error" role="alert">
          {error.message} ({error.code})
        </p>
      )}
      {count > events.length && (
        <p className="events-hint">
          The newest {events.length} of {count} are listed.
        </p>
      )}
      <ol className="events-list" aria-label={`Events of ${stream.title}`}>
        {matching.map((event) => (
          <EventRow key={event.number} event={event} />
        ))}
      </ol>
    </>
  );
}

function EventRow({ event }: { readonly event: ShownEvent }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { number, at, type, cursor, data, errors } = event;
  const details = isOpen ? JSON.stringify(errors === undefined ? data : { data, errors }, null, 2) : '';
  return (
    <li className="events-event">
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span className="events-number">{number}</span>
          <time dateTime={at.toISOString()}>{timeOf(at)}</time>
          <span className="events-type">{type}</span>
        </summary>
        <pre>{details}</pre>
      </details>
      {cursor && (
        <button
          type="button"
          className="events-cursor"
          title={`Copy the cursor ${cursor}`}
          onClick={() => navigator.clipboard.writeText(cursor)}
        >
          {cursor}
        </button>
      )}
    </li>
  );
}

function useStream(stream: Stream): Stream['state'] {
  return useSyncExternalStore(
    (listener) => stream.subscribe(listener),
    () => stream.state,
  );
}

function textOf({ type, data, cursor }: ShownEvent): string {
  return `${type} ${cursor ?? ''} ${JSON.stringify(data)}`.toLowerCase();
}

function timeOf(at: Date): string {
  return at.toLocaleTimeString(undefined, { hour12: false });
}

function EventsIcon(): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M4 6h11M4 12h16M4 18h8" />
      <circle cx="19" cy="6" r="1.6" fill="currentColor" stroke="none" />
    </svg>
  );
}
