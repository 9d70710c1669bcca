// biome-ignore-all lint/a11y/useSemanticElements: rows placed by a virtual list cannot be those of an HTML table
/** The conversations, however many: only the rows on screen exist, only they are fetched. */
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, memo, useCallback, useEffect, useRef, useState } from 'react'
import type { EmailSummary, MailClient } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useClient } from '../../../shell/client.tsx'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { openThread as open } from '../act/open.ts'
import type { ListPlace } from '../place.ts'
import { rowHeight } from '../view/row-height.ts'
import { useWideRows } from '../view/view.ts'
import css from './conversation-list.module.css'
import { ConversationRow, rowElementId } from './conversation-row.tsx'
import { EmptyList } from './empty-list.tsx'
import { type ListState, selectTo, toggleRow } from './list-state.ts'
import { useList } from './use-list.ts'
import { useListKeys } from './use-list-keys.ts'
import { useWindow } from './use-window.ts'

/** Whether a row is of the open conversation, or may turn out to be: the others need not hear which one it is. */
const mayBeOf = (client: MailClient, id: string | undefined, threadId: string | undefined): boolean => {
  const email = id === undefined ? undefined : client.email(id).get()
  return email === undefined || email.threadId === threadId
}

const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16

const WAITING = 9

/** Rows asked for beyond those on screen: at first, on the way of a scroll, and once it rests. */
const MARGIN = 20
const AHEAD = 80
const AT_REST = 120
const REST_MS = 250

/** Asks for the rows on screen, and for those that the scrolling is going to. */
const useRows = ({ list, shown }: ListState, first: number, last: number): void => {
  const before = useRef(first)
  useEffect(() => {
    const [up, down] = [first < before.current ? AHEAD : MARGIN, first > before.current ? AHEAD : MARGIN]
    before.current = first
    Object.assign(shown, { from: Math.max(0, first - MARGIN), to: last + MARGIN })
    list.request(Math.max(0, first - up), last + down)
    const timer = setTimeout(() => list.request(Math.max(0, first - AT_REST), last + AT_REST), REST_MS)
    return () => clearTimeout(timer)
  }, [list, shown, first, last])
}

export interface ListProps {
  readonly state: ListState
  readonly place: ListPlace
  readonly openThread: string | undefined
}

export const ConversationList = memo(({ state, place, openThread }: ListProps) => {
  const { t } = useTexts()
  const navigate = useNavigate()
  const { list } = state
  useList(list)
  const client = useClient()
  const view = useLive(preferences)
  const isWide = useWideRows()
  const cursor = useLive(state.cursor)
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const height = Math.round(rowHeight(view, isWide) * rem())
  const count = list.total ?? WAITING
  const { first, last, scrollTo } = useWindow(scroller, { count, height, place: state.shown })
  const items = Array.from({ length: last - first }, (_, i) => first + i)
  useRows(state, first, last)
  useListKeys(state, scroller, scrollTo)

  const { param, kind, text, account } = place
  const onOpen = useCallback(
    (event: MouseEvent, email: EmailSummary) => {
      if (event.shiftKey) return selectTo(client, state, email.id)
      if (event.ctrlKey || event.metaKey) return toggleRow(state, email.id)
      state.cursor.set(email.id)
      open({ navigate, kind, param, text, account }, email)
    },
    [client, state, navigate, kind, param, text, account],
  )
  if (list.total === 0) return <EmptyList place={place} failed={false} />
  if (list.failed) return <EmptyList place={place} failed />
  const cursorShown = cursor !== undefined && items.some((index) => list.idAt(index) === cursor)
  return (
    <div
      ref={setScroller}
      id="list"
      role="grid"
      tabIndex={0}
      className={css.scroller}
      aria-label={t('list.label')}
      aria-rowcount={list.total ?? -1}
      aria-multiselectable="true"
      aria-busy={list.total === undefined}
      data-wide={isWide || undefined}
      data-preview={view.previewLines}
      {...(cursorShown ? { 'aria-activedescendant': rowElementId(cursor) } : {})}
    >
      <div role="rowgroup" className={css.rows} style={{ height: count * height }}>
        {items.map((index) => {
          const id = list.idAt(index)
          return (
            <ConversationRow
              key={index}
              state={state}
              index={index}
              id={id}
              top={index * height}
              height={height}
              openThread={mayBeOf(client, id, openThread) ? openThread : undefined}
              showSnippet={place.kind === 'search'}
              onOpen={onOpen}
            />
          )
        })}
      </div>
    </div>
  )
})
