import { useGraphiQL } from '@graphiql/react';
import type { Lockstep } from '@lockstep/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import type { GraphQLSchema } from 'graphql';
import { type ReactNode, useState } from 'react';
import { eventsPlugin } from './events-plugin.tsx';
import { EXAMPLES } from './examples.ts';
import { fetcherOf } from './fetcher.ts';
import { SchemaOfSession } from './schema-of-session.tsx';
import { SessionBar } from './session-bar.tsx';
import { StreamTabs } from './stream-tabs.tsx';
import type { Streams } from './streams.ts';
import { tabStorage } from './tab-storage.ts';

interface GraphiqlPageProps {
  readonly lockstep: Lockstep;
  readonly streams: Streams;
}

/** GraphiQL with one session for all tabs, and with streams that continue while another tab is in front. */
export function GraphiqlPage({ lockstep, streams }: GraphiqlPageProps): ReactNode {
  const [parts] = useState(() => {
    let schema: GraphQLSchema | null = null;
    return {
      fetcher: fetcherOf({ lockstep, streams, schema: () => schema }),
      keepSchema(read: GraphQLSchema) {
        schema = read;
      },
      plugins: [eventsPlugin(streams), HISTORY_PLUGIN],
      storage: tabStorage(window.localStorage),
    };
  });
  return (
    <GraphiQL
      fetcher={parts.fetcher as never}
      onSchemaChange={parts.keepSchema}
      onTabChange={(tabs) => streams.tabsChanged(tabs)}
      plugins={parts.plugins}
      storage={parts.storage}
      visiblePlugin={parts.plugins[0]}
      defaultTabs={EXAMPLES.map((example) => ({ ...example }))}
      shouldPersistHeaders={false}
      inputValueDeprecation
      schemaDescription
      defaultEditorToolsVisibility="variables"
      maxHistoryLength={100}
    >
      <GraphiQL.Logo> </GraphiQL.Logo>
      <Bar />
      <SchemaOfSession />
      <StreamTabs streams={streams} />
    </GraphiQL>
  );
}

/** The bar of the session, in the theme of GraphiQL. */
function Bar(): ReactNode {
  const theme = useGraphiQL(({ theme }) => theme);
  const isDark = theme ? theme === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches;
  return <SessionBar isDark={isDark} />;
}
