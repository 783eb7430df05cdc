import { type ReactNode, useState } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { useUrlState } from '../app/url-state.ts';
import { Button } from '../ui/button.tsx';
import { FilterBar, FilterSelect } from '../ui/filter-bar.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { NoteList } from './note-list.tsx';
import { MARK_ALL_READ, useNotes } from './notes.ts';

const USUAL = { show: 'all' };
const PAGE = 25;
const MOST = 100;

/** The viewer's notifications, kept in step. */
export function NotificationsPage(): ReactNode {
  const text = useText();
  const [{ show }, change] = useUrlState(USUAL);
  const [first, setFirst] = useState(PAGE);
  const isUnreadOnly = show === 'unread';
  const { data, error, isLoading, retry } = useNotes(first, isUnreadOnly);
  const [markAll, isMarking] = useAction(MARK_ALL_READ);
  const list = data?.notifications;
  return (
    <Page
      title={text('notifications.title')}
      lead={text('notifications.lead')}
      actions={
        <Button disabled={isMarking || !data?.unreadCount} onClick={() => void markAll({})}>
          {text('notifications.markAll')}
        </Button>
      }
    >
      <FilterBar>
        <FilterSelect
          label={text('notifications.show')}
          value={isUnreadOnly ? 'unread' : 'all'}
          options={[
            { value: 'all', label: text('notifications.every') },
            { value: 'unread', label: text('notifications.unread') },
          ]}
          onChange={(value) => change({ show: value })}
        />
      </FilterBar>
      {isLoading && <Loading />}
      {!list && error && <Failed error={error} retry={retry} />}
      {list?.nodes.length === 0 && (
        <Empty
          title={isUnreadOnly ? 'notifications.noneUnread' : 'notifications.none'}
          hint={isUnreadOnly ? 'notifications.noneUnreadHint' : 'notifications.noneHint'}
        />
      )}
      {list && list.nodes.length > 0 && (
        <Card>
          <NoteList notes={list.nodes} />
          {list.pageInfo.hasNextPage && first < MOST && (
            <Button onClick={() => setFirst(first + PAGE)}>{text('notifications.more')}</Button>
          )}
        </Card>
      )}
    </Page>
  );
}
