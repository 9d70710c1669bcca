/** A window of the agenda that is read again when something changed, and the acts on its events. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarText } from '#format/jmap/calendar-text.ts'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import {
  type AgendaView,
  askAgenda,
  askText,
  type Changed,
  dayAt,
  type EventChange,
  Refused,
  recall,
  remember,
  setEvents,
} from './agenda-data.ts'

export interface Agenda {
  readonly view: AgendaView | undefined
  readonly isOld: boolean
  readonly isOffline: boolean
  retry(): void
  /** Saves a new event or a change of one, with a way back; true when the server took it. What it refuses is told. */
  save(event: CalendarEvent | undefined, members: Readonly<Record<string, unknown>>): Promise<boolean>
  /** Ends an event or one instance, with a way back. */
  remove(event: CalendarEvent, whole: boolean): Promise<void>
  /** What was changed elsewhere is read again. */
  again(): void
}

/** `from` and `to` are local days; `name` is what the window is kept under for no network. */
export const useAgenda = (from: string, to: string, name: string): Agenda => {
  const { t } = useTranslation()
  const client = useOwnClient()
  const accountId = useLive(client.session)?.accountId
  const isOffline = useLive(client.status) === 'offline'
  const [state, setState] = useState<{ key: string; view: AgendaView; isOld: boolean }>()
  const [hasFailed, setFailed] = useState(false)
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((now) => now + 1), [])
  const key = `${from} ${to}`
  useEffect(() => client.side.subscribe(again), [client, again])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks again
  useEffect(() => {
    if (accountId === undefined || accountId === '') return
    let isGone = false
    const show = (view: AgendaView, isOld: boolean) => {
      if (!isGone) setState((now) => (isOld && now?.key === key ? now : { key, view, isOld }))
    }
    void recall(client, accountId, name).then(
      (view) => view && show(view, true),
      () => undefined,
    )
    askAgenda(client, accountId, dayAt(from), dayAt(to)).then(
      (view) => {
        if (isGone) return
        setFailed(false)
        show(view, false)
        remember(client, accountId, name, view)
      },
      () => {
        if (!isGone) setFailed(true)
      },
    )
    return () => {
      isGone = true
    }
  }, [client, accountId, key, name, turn])
  const set = async (type: 'CalendarEvent' | 'CalendarText', change: EventChange): Promise<Changed | undefined> => {
    try {
      if (accountId === undefined) throw new Refused('offline')
      return await setEvents(client, accountId, type, change)
    } catch (error) {
      const type = error instanceof Refused ? error.type : 'lost'
      const text =
        type === 'overQuota'
          ? t('agenda.full')
          : type === 'stateMismatch'
            ? t('agenda.undoLate')
            : isOffline || type === 'lost'
              ? t('agenda.offline')
              : t('agenda.refused')
      toast(text, { tone: 'problem' })
      return undefined
    } finally {
      again()
    }
  }
  /** The event as a whole before a change: its text, which nothing is lost of. */
  const before = async ({ id, baseEventId }: CalendarEvent): Promise<CalendarText | undefined> =>
    accountId === undefined ? undefined : askText(client, accountId, baseEventId ?? id).catch(() => undefined)
  /** Unless the agenda has changed since: the text would take that away. */
  const putBack = ({ id, data, calendarId }: CalendarText, { newState }: Changed): void =>
    void set('CalendarText', { ifInState: newState, update: { [id]: { data, calendarId } } })
  const undoCreation = (id: string) => set('CalendarEvent', { destroy: [id] })
  return {
    view: state?.key === key || state?.isOld ? state.view : undefined,
    isOld: isOffline || hasFailed,
    isOffline,
    retry: () => {
      client.wake()
      again()
    },
    again,
    save: async (event, members) => {
      const text = event && (await before(event))
      const done = await set(
        'CalendarEvent',
        event ? { update: { [event.id]: members } } : { create: { c: { '@type': 'Event', ...members } } },
      )
      if (!done) return false
      const id = done.created.c?.id
      const title = String(members.title ?? '') || t('agenda.untitled')
      const undo = text ? () => putBack(text, done) : id === undefined ? undefined : () => void undoCreation(id)
      toast(t('agenda.saved', { title }), undo ? { undo } : {})
      return true
    },
    remove: async (event, whole) => {
      const id = whole ? (event.baseEventId ?? event.id) : event.id
      const isAll = id === (event.baseEventId ?? event.id)
      const text = await before(event)
      const done = await set('CalendarEvent', { destroy: [id] })
      if (!done) return
      const again = ({ calendarId, data }: CalendarText) =>
        void set('CalendarText', { create: { c: { calendarId, data } } })
      const undo = text && (() => (isAll ? again(text) : putBack(text, done)))
      toast(t('agenda.removed', { title: event.title || t('agenda.untitled') }), undo ? { undo } : {})
    },
  }
}
