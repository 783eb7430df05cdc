import type { RowChange } from '@lockstep/client';
import type { ShownList } from '@lockstep/client/react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { type TextKey, useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { Button } from '../ui/button.tsx';
import { ArrowDown, ArrowUp } from '../ui/icons.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { useHeldRows } from './held-rows.ts';
import styles from './live-table.module.css';
import { useRecentChanges, useSpokenChanges } from './recent-changes.ts';

/** A column of a live table. */
export interface Column<R> {
  /** The field that it shows, by which it is also sorted. */
  readonly field: string;
  readonly header: TextKey;
  /** Its width, as a track of a CSS grid. */
  readonly width: string;
  readonly cell: (row: R) => ReactNode;
  /** The fields of which a change marks the cell, if it shows others than its own. */
  readonly fields?: readonly string[];
  readonly isSortable?: boolean;
  readonly isNumber?: boolean;
}

/** The order of the rows. */
export interface Sort {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

interface TableParts<R> {
  readonly label: string;
  readonly list: ShownList<R>;
  readonly columns: readonly Column<R>[];
  /** Names the list by what it was asked with: another one begins at the top, with places of its own. */
  readonly of: string;
  readonly empty: ReactNode;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly onOpen?: (row: R) => void;
}

const ROW_PX = 54;
/** The keys that lead from row to row, and how far. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/**
 * A table of a live list.
 *
 * - A cell that another user has changed is marked for a minute, with who did it and when.
 * - Rows keep their places while the pointer or the focus is in the table; a button applies what waits.
 * - Only the rows in sight are in the page. It is one tab stop: arrows lead from row to row, Enter opens one.
 * - What is there stays readable while the connection is lost.
 */
export function LiveTable<R extends { readonly id: string }>(parts: TableParts<R>): ReactNode {
  const { list, empty } = parts;
  if (list.status === 'ended' && list.error) return <Failed error={list.error} />;
  if (list.rows.length === 0 && !list.isPrevious) {
    return list.status === 'loading' || list.status === 'idle' ? <Loading /> : empty;
  }
  return <Grid {...parts} />;
}

function Grid<R extends { readonly id: string }>(parts: TableParts<R>): ReactNode {
  const { label, list, columns, of, sort, onSort, onOpen } = parts;
  const text = useText();
  const { id: viewerId } = useViewer();
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const { places, waiting, apply } = useHeldRows(list.rows, (isPointed || isFocused) && !list.isPrevious, of);
  const [activeId, setActiveId] = useState<string | null>(null);
  const recent = useRecentChanges(list.changed, viewerId);
  const spoken = useSpokenChanges(list.changed, viewerId);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => places[index]?.id ?? index,
  });
  const shown = virtual.getVirtualItems();
  const isActiveShown = shown.some(({ key }) => key === activeId);
  const tracks = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };

  const onKeyDown = (event: KeyboardEvent) => {
    const at = places.findIndex(({ id }) => id === activeId);
    const step = STEPS[event.key];
    if (event.key === 'Enter' && event.target === event.currentTarget) {
      const row = places[at]?.row;
      if (row) onOpen?.(row);
    }
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(places.length - 1, at + step));
    setActiveId(places[next]?.id ?? null);
    virtual.scrollToIndex(next);
  };

  return (
    // The pointer only holds the places of the rows.
    // biome-ignore lint/a11y/noStaticElementInteractions: all that can be done here can be done with the keyboard.
    <div
      className={styles.frame}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    >
      <div className={styles.above}>
        <span>{text('table.rows', { count: list.rows.length })}</span>
        {list.status === 'stale' && <span className={styles.stale}>{text('table.stale')}</span>}
        {waiting > 0 && (
          <Button kind="quiet" onClick={apply} title={text('table.heldHint')}>
            {text('table.held', { count: waiting })}
          </Button>
        )}
      </div>
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={places.length + 1}
        aria-activedescendant={activeId && isActiveShown ? `row-${activeId}` : undefined}
        tabIndex={0}
        className={styles.scroller}
        data-stale={list.status === 'stale' || list.isPrevious}
        onKeyDown={onKeyDown}
        onFocus={() => {
          setFocused(true);
          setActiveId((before) => before ?? places[0]?.id ?? null);
        }}
        onBlur={({ currentTarget, relatedTarget }) =>
          setFocused(currentTarget.contains(relatedTarget as Node | null))
        }
      >
        <div role="row" aria-rowindex={1} className={styles.head} style={tracks} tabIndex={-1}>
          {columns.map((column) => (
            <Header key={column.field} {...{ column, sort, onSort }} />
          ))}
        </div>
        <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start, key }) => {
            const row = places[index]?.row ?? null;
            return (
              <LiveRow
                key={key}
                id={String(key)}
                index={index}
                row={row}
                columns={columns}
                change={recent(String(key))}
                isActive={isFocused && key === activeId}
                style={{ ...tracks, transform: `translateY(${start}px)` }}
                onOpen={row && onOpen ? () => onOpen(row) : undefined}
              />
            );
          })}
        </div>
      </div>
      <p className="unseen" role="status">
        {spoken > 0 ? text('table.changedCount', { count: spoken }) : ''}
      </p>
    </div>
  );
}

function Header<R>({
  column: { field, header, isSortable, isNumber },
  sort,
  onSort,
}: {
  column: Column<R>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}): ReactNode {
  const text = useText();
  const direction = sort?.field === field ? sort.direction : null;
  const sorted = direction === 'ASC' ? 'ascending' : direction === 'DESC' ? 'descending' : 'none';
  return (
    <div role="columnheader" tabIndex={-1} aria-sort={isSortable ? sorted : undefined} data-number={isNumber}>
      {isSortable && onSort ? (
        <button
          type="button"
          onClick={() => onSort({ field, direction: direction === 'ASC' ? 'DESC' : 'ASC' })}
        >
          {text(header)} {direction === 'ASC' && <ArrowUp />}
          {direction === 'DESC' && <ArrowDown />}
        </button>
      ) : (
        text(header)
      )}
    </div>
  );
}

function LiveRow<R>({
  id,
  index,
  row,
  columns,
  change,
  isActive,
  style,
  onOpen,
}: {
  id: string;
  index: number;
  row: R | null;
  columns: readonly Column<R>[];
  change: RowChange | undefined;
  isActive: boolean;
  style: Record<string, string>;
  onOpen: (() => void) | undefined;
}): ReactNode {
  const text = useText();
  return (
    // The keys of the whole grid open its active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the grid does the same.
    <div
      role="row"
      id={`row-${id}`}
      aria-rowindex={index + 2}
      aria-selected={isActive}
      tabIndex={-1}
      className={styles.row}
      data-active={isActive}
      data-opens={onOpen !== undefined}
      style={style}
      onClick={onOpen}
    >
      {columns.map((column, place) => (
        <div
          key={column.field}
          role="gridcell"
          tabIndex={-1}
          className={styles.cell}
          data-number={column.isNumber}
        >
          {row ? column.cell(row) : place === 0 && <em>{text('table.gone')}</em>}
          {row && change && isOf(change, column, place) && <ChangeMark change={change} />}
        </div>
      ))}
    </div>
  );
}

/** Whether a change is one of what a column shows. A row that is new is marked in its first column. */
function isOf<R>({ fields }: RowChange, { field, fields: own = [field] }: Column<R>, place: number): boolean {
  return fields.length === 0 ? place === 0 : own.some((one) => fields.includes(one));
}

/** Marks a cell that another user has changed: it fades, and the corner says who. */
function ChangeMark({ change }: { change: RowChange }): ReactNode {
  const text = useText();
  const intl = useIntl();
  const name = change.by.name ?? text('table.someone');
  const said = text('table.changedBy', { name, time: intl.formatTime(change.at, { timeStyle: 'short' }) });
  return (
    <span key={change.at} className={styles.mark} title={said}>
      <span className="unseen">{said}</span>
      <span className={styles.name} aria-hidden="true">
        {name}
      </span>
    </span>
  );
}
