/** A window of the agenda that is read again when something changed, and the acts on its events. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import {
  type AgendaView,
  askAgenda,
  askEvent,
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
  /** Saves a new event or a change of one; true when the server took it. What it refuses is told. */
  save(id: string | undefined, members: Readonly<Record<string, unknown>>): Promise<boolean>
  /** Ends an event or one instance, with a way back. */
  remove(event: CalendarEvent, whole: boolean): Promise<void>
}

/** Members that the server gives. */
const given = [
  'id',
  'baseEventId',
  'utcStart',
  'utcEnd',
  'isDraft',
  'created',
  'updated',
  'sequence',
  'participants',
  'recurrenceId',
]

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
  const set = async (change: EventChange) => {
    try {
      if (accountId === undefined) throw new Refused('offline')
      return await setEvents(client, accountId, change)
    } catch (error) {
      const type = error instanceof Refused ? error.type : 'lost'
      const text =
        type === 'overQuota'
          ? t('agenda.full')
          : isOffline || type === 'lost'
            ? t('agenda.offline')
            : t('agenda.refused')
      toast(text, { tone: 'problem' })
      return undefined
    } finally {
      again()
    }
  }
  return {
    view: state?.key === key || state?.isOld ? state.view : undefined,
    isOld: isOffline || hasFailed,
    isOffline,
    retry: () => {
      client.wake()
      again()
    },
    save: async (id, members) => {
      const done = await set(
        id === undefined ? { create: { c: { '@type': 'Event', ...members } } } : { update: { [id]: members } },
      )
      if (done) toast(t('agenda.saved', { title: String(members.title ?? '') || t('agenda.untitled') }))
      return done !== undefined
    },
    remove: async (event, whole) => {
      if (accountId === undefined) return
      const id = whole ? (event.baseEventId ?? event.id) : event.id
      const title = event.title || t('agenda.untitled')
      const before = await askEvent(client, accountId, id).catch(() => undefined)
      if (!(await set({ destroy: [id] }))) return
      // One instance that is made again is an event of its own.
      const content = before && Object.fromEntries(Object.entries(before).filter(([member]) => !given.includes(member)))
      const { uid: _uid, ...single } = content ?? {}
      toast(t('agenda.removed', { title }), {
        ...(content
          ? { undo: () => void set({ create: { c: id === (event.baseEventId ?? event.id) ? content : single } }) }
          : {}),
      })
    },
  }
}
