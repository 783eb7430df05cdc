import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import type { Streams } from './streams.ts';

/** Shows the stream of the tab that is in front, whenever another one is or GraphiQL has ended what it showed. */
export function StreamTabs({ streams }: { readonly streams: Streams }): null {
  const { run, stop } = useGraphiQLActions();
  const { tabs, activeTabIndex } = useGraphiQL(({ tabs, activeTabIndex }) => ({ tabs, activeTabIndex }));
  const tabId = tabs[activeTabIndex]?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once; later changes are reported where they are made
  useEffect(() => streams.tabsChanged({ tabs, activeTabIndex }), [streams]);

  useEffect(() => {
    const show = () => {
      const { viewedTab, activeTab } = streams;
      if (viewedTab === null && streams.of(activeTab)?.isRunning) streams.returning(run);
    };
    // GraphiQL does not end what it shows where a new tab is added.
    if (streams.viewedTab !== null && streams.viewedTab !== tabId) stop();
    // After GraphiQL has noticed the end of what it showed before.
    const soon = () => setTimeout(show);
    const timer = soon();
    const unsubscribe = streams.subscribe(soon);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [tabId, streams, run, stop]);

  return null;
}
