/** What is in a window of time of the account's calendars: asked of the server, kept for the next visit and for no network. */
import type { CalendarText } from '#format/jmap/calendar-text.ts'
import { type Calendar, type CalendarEvent, shownEventProperties } from '#format/jmap/calendars.ts'
import type { MailClient, SideAnswer } from '../../data/index.ts'

export interface AgendaView {
  readonly calendars: readonly Calendar[]
  /** Instances, by their beginning. */
  readonly events: readonly CalendarEvent[]
}

/** The server said no; `type` is the SetError's. */
export class Refused extends Error {
  readonly type: string
  constructor(type: string) {
    super(`refused: ${type}`)
    this.type = type
  }
}

type Args = Readonly<Record<string, unknown>>

const good = (answer: SideAnswer | undefined): Args => {
  if (!answer?.ok) throw new Refused(answer?.type ?? 'no answer')
  return answer.args
}

/** Objects of one /get. */
const PAGE = 400

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Paris'

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-22` of a local day. */
export const dayText = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`

/** Local midnight of `2026-11-22`. */
export const dayAt = (text: string): Date => {
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number)
  return new Date(year, month - 1, day)
}

export const addDays = (at: Date, days: number): Date => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days)

/** What of events is asked for, and where what has no zone is. */
const shown = (): Args => ({ properties: shownEventProperties, timeZone: zoneHere() })

/** Everything from one local day to another, exclusive. Rejects without a network. */
export const askAgenda = async (client: MailClient, accountId: string, from: Date, to: Date): Promise<AgendaView> => {
  const call = (name: string, args: Args) => ({ name, args: { accountId, ...args } })
  const [calendars, query] = await client.side.send([
    call('Calendar/get', { ids: null }),
    call('CalendarEvent/query', {
      filter: { after: `${dayText(from)}T00:00:00`, before: `${dayText(to)}T00:00:00` },
      expandRecurrences: true,
      timeZone: zoneHere(),
    }),
  ])
  const ids = (good(query).ids as string[]) ?? []
  const events: CalendarEvent[] = []
  for (let at = 0; at < ids.length; at += PAGE) {
    const part = ids.slice(at, at + PAGE)
    const [answer] = await client.side.send([call('CalendarEvent/get', { ids: part, ...shown() })])
    const byId = new Map((good(answer).list as CalendarEvent[]).map((one) => [one.id, one]))
    events.push(...part.flatMap((id) => byId.get(id) ?? []))
  }
  return { calendars: good(calendars).list as Calendar[], events }
}

const isView = (value: unknown): value is AgendaView =>
  typeof value === 'object' && value !== null && 'calendars' in value && 'events' in value

/** What was last seen under a name. */
export const recall = async (client: MailClient, accountId: string, name: string): Promise<AgendaView | undefined> => {
  const key = `${accountId}/agenda/${name}`
  const kept = (await client.side.storage.read(key)).get(key)
  return isView(kept) ? kept : undefined
}

export const remember = (client: MailClient, accountId: string, name: string, view: AgendaView): void => {
  void client.side.storage.write(new Map([[`${accountId}/agenda/${name}`, view]]), []).catch(() => undefined)
}

export interface EventChange {
  readonly ifInState?: string
  readonly create?: Readonly<Record<string, object>>
  readonly update?: Readonly<Record<string, Args>>
  readonly destroy?: readonly string[]
  /** Of calendars: their events go too. */
  readonly onDestroyRemoveEvents?: boolean
}

export interface Changed {
  readonly created: Readonly<Record<string, { readonly id: string }>>
  readonly newState: string
  /** Types of SetErrors. */
  readonly refused: readonly string[]
}

/** `Calendar` and `CalendarEvent` by members, `CalendarText` by the whole text. Rejects with Refused, or when there is no network. */
export const changeAll = async (
  client: MailClient,
  accountId: string,
  type: 'Calendar' | 'CalendarEvent' | 'CalendarText',
  change: EventChange,
): Promise<Changed> => {
  const [answer] = await client.side.send([{ name: `${type}/set`, args: { accountId, ...change } }], { write: true })
  const args = good(answer)
  const refused = ['notCreated', 'notUpdated', 'notDestroyed'].flatMap((name) =>
    Object.values((args[name] as Record<string, { type: string }> | null) ?? {}).map((error) => error.type),
  )
  const created = (args.created as Record<string, { id: string }> | null) ?? {}
  return { created, newState: String(args.newState), refused }
}

/** The same, of which nothing may be refused. */
export const setEvents: typeof changeAll = async (client, accountId, type, change) => {
  const changed = await changeAll(client, accountId, type, change)
  if (changed.refused[0] !== undefined) throw new Refused(changed.refused[0])
  return changed
}

/** An event as it is kept, by its id as a whole: what a change that is taken back puts there again. */
export const askText = async (client: MailClient, accountId: string, id: string): Promise<CalendarText | undefined> => {
  const [answer] = await client.side.send([{ name: 'CalendarText/get', args: { accountId, ids: [id] } }])
  return (good(answer).list as CalendarText[])[0]
}

/** An event as it is, with every member and rule: what the form of a series begins with. */
export const askEvent = async (
  client: MailClient,
  accountId: string,
  id: string,
): Promise<CalendarEvent | undefined> => {
  const [answer] = await client.side.send([{ name: 'CalendarEvent/get', args: { accountId, ids: [id], ...shown() } }])
  return (good(answer).list as CalendarEvent[])[0]
}

/** Where what has no calendar yet comes. */
export const askDefaultCalendar = async (client: MailClient, accountId: string): Promise<string> => {
  const [answer] = await client.side.send([{ name: 'Calendar/get', args: { accountId, ids: null } }])
  const calendars = good(answer).list as Calendar[]
  return (calendars.find(({ isDefault }) => isDefault) ?? calendars[0])?.id ?? ''
}
