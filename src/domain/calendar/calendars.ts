/**
 * Calendars: named, coloured collections of events and tasks (RFC 4791 §4.2). An account has a default one from the first
 * time that anybody looks, and never loses it.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { checkTitle } from '../organise/rules.ts'
import { checkDescription, checkOrder, checkUri } from '../sync/collection-rules.ts'
import { maxCalendars } from './limits.data.ts'
import { removeContents } from './remove.ts'

export interface Calendar {
  readonly id: number
  readonly uri: string
  readonly name: string
  readonly description: string
  /** `#rrggbb`. */
  readonly colour: string
  readonly sortOrder: number
  readonly isDefault: boolean
  readonly isVisible: boolean
  /** Of the last change to the calendar or to an object in it. */
  readonly modseq: number
  readonly events: number
  readonly bytes: number
}

export type CalendarChange = Partial<Pick<Calendar, 'name' | 'description' | 'colour' | 'sortOrder' | 'isVisible'>>

const maxName = 120
const defaultUri = 'agenda'

const select = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('calendar')
    .selectAll()
    .where('account_id', '=', p.account)
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id'),
)

/** Every calendar of the account, in its order. */
export const listCalendars = async (tx: Reader, account: number): Promise<Calendar[]> =>
  (await tx.all(select, { account })).map((row) => ({
    id: row.id,
    uri: row.uri,
    name: row.name,
    description: row.description,
    colour: row.colour,
    sortOrder: row.sort_order,
    isDefault: row.is_default === 1,
    isVisible: row.is_visible === 1,
    modseq: row.modseq,
    events: row.events,
    bytes: row.bytes,
  }))

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      uri: string
      name: string
      description: string
      colour: string
      order: number
      first: number
      visible: number
      modseq: number
      now: number
    }>,
  ) =>
    q.insertInto('calendar').values({
      account_id: p.account,
      id: p.id,
      uri: p.uri,
      name: p.name,
      description: p.description,
      colour: p.colour,
      sort_order: p.order,
      is_default: p.first,
      is_visible: p.visible,
      modseq: p.modseq,
      events: 0,
      bytes: 0,
      created_at: p.now,
    }),
)

/** What calendars are coloured with unless somebody chooses: told apart by the colour-blind too. */
const palette = ['#1d5fa8', '#a8480f', '#2c6e49', '#7a3e9d', '#a61e4d', '#5c5f00', '#00646e', '#5b4636']

/** `#RRGGBB`, with the alpha that Apple's programs add left out. Throws Failure invalid. */
const checkColour = (colour: string): string => {
  const match = /^#([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(colour.trim())
  if (!match) throw new Failure('invalid', 'a colour is written #rrggbb', { property: 'color' })
  return `#${match[1]!.toLowerCase()}`
}

const checkFree = (name: string, others: readonly Calendar[]): void => {
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new Failure('alreadyExists', 'there is a calendar of this name', { property: 'name' })
}

/** A new calendar; the first of an account is its default one. Throws Failure invalid, alreadyExists, tooMany. */
export const createCalendar = async (
  tx: AccountWriter,
  given: CalendarChange & { readonly uri?: string },
): Promise<Calendar> => {
  const all = await listCalendars(tx, tx.accountId)
  if (all.length >= maxCalendars) throw new Failure('tooMany', `at most ${maxCalendars} calendars`)
  const name = checkTitle('name', given.name ?? '', maxName)
  checkFree(name, all)
  const id = tx.nextId()
  const uri = checkUri(given.uri ?? (all.length === 0 ? defaultUri : `calendar-${id}`))
  if (all.some((other) => other.uri === uri))
    throw new Failure('alreadyExists', 'there is a calendar at this path', { property: 'uri' })
  const calendar: Calendar = {
    id,
    uri,
    name,
    description: checkDescription(given.description ?? ''),
    colour: checkColour(given.colour ?? palette[all.length % palette.length] ?? '#1d5fa8'),
    sortOrder: checkOrder(given.sortOrder ?? 0),
    isDefault: all.length === 0,
    isVisible: given.isVisible ?? true,
    modseq: tx.modseq,
    events: 0,
    bytes: 0,
  }
  await tx.run(insert, {
    account: tx.accountId,
    id,
    uri,
    name,
    description: calendar.description,
    colour: calendar.colour,
    order: calendar.sortOrder,
    first: calendar.isDefault ? 1 : 0,
    visible: calendar.isVisible ? 1 : 0,
    modseq: tx.modseq,
    now: tx.now,
  })
  tx.changed('Calendar', id, 'created')
  return calendar
}

/** The calendars, the default one made when there is none yet. Throws Failure notFound (account). */
export const calendarsOf = async (ctx: Context, account: number): Promise<Calendar[]> => {
  const known = await ctx.store.read((tx) => listCalendars(tx, account))
  if (known.length > 0) return known
  return ctx.store.write(account, async (tx) => {
    const now = await listCalendars(tx, account)
    return now.length > 0 ? now : [await createCalendar(tx, { name: 'Agenda' })]
  })
}

/** Throws Failure notFound. */
export const calendarIn = (calendars: readonly Calendar[], id: number): Calendar => {
  const calendar = calendars.find((one) => one.id === id)
  if (!calendar) throw new Failure('notFound', `no calendar ${id}`, { property: 'calendarIds' })
  return calendar
}

const update = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      name: string
      description: string
      colour: string
      order: number
      visible: number
      modseq: number
    }>,
  ) =>
    q
      .updateTable('calendar')
      .set({
        name: p.name,
        description: p.description,
        colour: p.colour,
        sort_order: p.order,
        is_visible: p.visible,
        modseq: p.modseq,
      })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

/** Throws Failure notFound, invalid, alreadyExists. */
export const changeCalendar = async (tx: AccountWriter, id: number, change: CalendarChange): Promise<void> => {
  const all = await listCalendars(tx, tx.accountId)
  const before = all.find((calendar) => calendar.id === id)
  if (!before) throw new Failure('notFound', `no calendar ${id}`)
  const name = change.name === undefined ? before.name : checkTitle('name', change.name, maxName)
  checkFree(
    name,
    all.filter((calendar) => calendar.id !== id),
  )
  await tx.run(update, {
    account: tx.accountId,
    id,
    name,
    description: checkDescription(change.description ?? before.description),
    colour: checkColour(change.colour ?? before.colour),
    order: checkOrder(change.sortOrder ?? before.sortOrder),
    visible: (change.isVisible ?? before.isVisible) ? 1 : 0,
    modseq: tx.modseq,
  })
  tx.changed('Calendar', id, 'updated')
}

const setDefault = statement((q, p: Params<{ account: number; id: number; is: number; modseq: number }>) =>
  q
    .updateTable('calendar')
    .set({ is_default: p.is, modseq: p.modseq })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

/** Where new events go unless told otherwise. Throws Failure notFound. */
export const makeDefaultCalendar = async (tx: AccountWriter, id: number): Promise<void> => {
  const all = await listCalendars(tx, tx.accountId)
  if (!all.some((calendar) => calendar.id === id)) throw new Failure('notFound', `no calendar ${id}`)
  for (const calendar of all) {
    if (calendar.isDefault === (calendar.id === id)) continue
    await tx.run(setDefault, {
      account: tx.accountId,
      id: calendar.id,
      is: calendar.id === id ? 1 : 0,
      modseq: tx.modseq,
    })
    tx.changed('Calendar', calendar.id, 'updated')
  }
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('calendar').where('account_id', '=', p.account).where('id', '=', p.id),
)

/**
 * Ends a calendar; with `contents` also the events in it. Throws Failure notFound, forbidden (the default calendar), conflict
 * (events are in it).
 */
export const deleteCalendar = async (
  tx: AccountWriter,
  id: number,
  { contents }: { contents: boolean },
): Promise<void> => {
  const calendar = (await listCalendars(tx, tx.accountId)).find((one) => one.id === id)
  if (!calendar) throw new Failure('notFound', `no calendar ${id}`)
  if (calendar.isDefault) throw new Failure('forbidden', 'the default calendar stays')
  if (calendar.events > 0 && !contents) throw new Failure('conflict', 'there are events in the calendar')
  await removeContents(tx, id)
  await tx.run(remove, { account: tx.accountId, id })
  tx.changed('Calendar', id, 'destroyed')
}
