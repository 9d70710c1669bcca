/** Calendar/get, /changes and /set (draft-ietf-jmap-calendars §4). */
import { isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import {
  type CalendarChange,
  calendarsOf,
  changeCalendar,
  createCalendar,
  deleteCalendar,
  listCalendars,
  makeDefaultCalendar,
  type Calendar as Stored,
} from '#domain/calendar/calendars.ts'
import { CALENDARS, type Calendar } from '#format/jmap/calendars.ts'
import type { Id } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'
import { boolean, type Check, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { numberOf, splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import {
  checkProperty,
  checkSetLimit,
  objectCount,
  type SetArguments,
  SetOutcome,
  setArguments,
  targetsOf,
} from '../set.ts'
import { checkState, stateOf } from '../state.ts'

type Transaction = Parameters<typeof createCalendar>[0]

const properties: readonly (keyof Calendar)[] = [
  'id',
  'name',
  'description',
  'color',
  'sortOrder',
  'isDefault',
  'isSubscribed',
  'isVisible',
  'timeZone',
  'shareWith',
  'myRights',
]

const objectOf = (calendar: Stored): Calendar => ({
  id: formatId('calendar', calendar.id),
  name: calendar.name,
  description: calendar.description === '' ? null : calendar.description,
  color: calendar.colour,
  sortOrder: calendar.sortOrder,
  isDefault: calendar.isDefault,
  isSubscribed: true,
  isVisible: calendar.isVisible,
  timeZone: null,
  shareWith: null,
  myRights: {
    mayReadFreeBusy: true,
    mayReadItems: true,
    mayWriteAll: true,
    mayWriteOwn: true,
    mayUpdatePrivate: true,
    mayRSVP: true,
    mayShare: false,
    mayDelete: !calendar.isDefault,
  },
})

export const calendarGet = accountMethod('Calendar/get', CALENDARS, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  // The first look makes the default calendar.
  await calendarsOf(call.ctx, call.account)
  return call.ctx.store.read(async (tx) => {
    const all = new Map((await listCalendars(tx, call.account)).map((calendar) => [calendar.id, calendar]))
    const everything = [...all.keys()].map((number) => formatId('calendar', number))
    const { found, notFound } = splitIds('calendar', args.ids ?? everything, call)
    const list: object[] = []
    for (const { id: asked, number } of found) {
      const calendar = all.get(number)
      if (calendar) list.push(pick(objectOf(calendar), wanted))
      else notFound.push(asked)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  })
})

export const calendarChangesMethod = changesMethod('Calendar/changes', CALENDARS, 'Calendar', 'calendar')

/** Members that a client sets, and what they are in the domain. */
const settable: Readonly<Record<string, readonly [keyof CalendarChange, Check<unknown>]>> = {
  name: ['name', text],
  color: ['colour', text],
  description: ['description', (value, path) => nullable(text)(value, path) ?? ''],
  sortOrder: ['sortOrder', unsigned],
  isVisible: ['isVisible', boolean],
}

const changeOf = (object: Readonly<Record<string, unknown>>, names: readonly string[]): CalendarChange => {
  const refused = names.filter((name) => !Object.hasOwn(settable, name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  return Object.fromEntries(
    names.flatMap((name) => {
      const [own, check] = settable[name] ?? []
      return own && check ? [[own, checkProperty(name, check, object[name])]] : []
    }),
  )
}

const create = async (tx: Transaction, object: Readonly<Record<string, unknown>>): Promise<object> => {
  // `shareWith: null` and `timeZone: null` are what they are, and may be said.
  const names = Object.keys(object).filter(
    (name) => !((name === 'shareWith' || name === 'timeZone') && object[name] === null),
  )
  return objectOf(await createCalendar(tx, changeOf(object, names)))
}

/** Returns false when it was so already. */
const update = async (tx: Transaction, calendarId: Id, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  const number = parseId('calendar', calendarId)
  const calendar = (await listCalendars(tx, tx.accountId)).find((one) => one.id === number)
  if (!calendar) throw new SetFault('notFound', 'There is no such calendar')
  const current: Record<string, unknown> = { ...objectOf(calendar) }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  if (changed.length > 0) await changeCalendar(tx, calendar.id, changeOf(value, changed))
  return changed.length > 0
}

const nameTaken = (error: unknown): unknown =>
  isFailure(error, 'alreadyExists') ? new SetFault('alreadyExists', error.message, { properties: ['name'] }) : error

const destroy = async (tx: Transaction, calendarId: Id, contents: boolean): Promise<void> => {
  try {
    await deleteCalendar(tx, parseId('calendar', calendarId) ?? 0, { contents })
  } catch (error) {
    if (isFailure(error, 'conflict')) throw new SetFault('calendarHasEvent', error.message)
    throw error
  }
}

type CalendarSetArguments = SetArguments & {
  readonly onDestroyRemoveEvents: boolean
  readonly onSuccessSetIsDefault: Id | null
}

const applyAll = async (tx: Transaction, call: AccountCall, args: CalendarSetArguments): Promise<SetOutcome> => {
  const outcome = new SetOutcome(call)
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      outcome.wasCreated(creation, (await create(tx, object)) as { id: Id })
    } catch (error) {
      outcome.notCreatedFor(creation, nameTaken(error))
    }
  }
  const targets = targetsOf(args, call, outcome)
  for (const { id: calendarId, patch } of targets.update) {
    try {
      if (await update(tx, calendarId, patch)) outcome.wasUpdated(calendarId)
      else outcome.wasUnchanged(calendarId)
    } catch (error) {
      outcome.notUpdatedFor(calendarId, nameTaken(error))
    }
  }
  for (const calendarId of targets.destroy) {
    try {
      await destroy(tx, calendarId, args.onDestroyRemoveEvents)
      outcome.wasDestroyed(calendarId)
    } catch (error) {
      outcome.notDestroyedFor(calendarId, error)
    }
  }
  const refused = [outcome.notCreated, outcome.notUpdated, outcome.notDestroyed].some(
    (errors) => Object.keys(errors).length > 0,
  )
  const chosen = args.onSuccessSetIsDefault
  const number = chosen === null || refused ? undefined : numberOf('calendar', chosen, call)
  const calendars = number === undefined ? [] : await listCalendars(tx, tx.accountId)
  // An id that is not there is ignored (RFC 8620 §5.3).
  if (number !== undefined && calendars.some((calendar) => calendar.id === number && !calendar.isDefault)) {
    await makeDefaultCalendar(tx, number)
    outcome.written++
  }
  return outcome
}

export const calendarSet = accountMethod(
  'Calendar/set',
  CALENDARS,
  {
    ...setArguments,
    onDestroyRemoveEvents: withDefault(boolean, false),
    onSuccessSetIsDefault: nullable(id),
  },
  async (args, call) => {
    checkSetLimit(objectCount(args), call)
    await calendarsOf(call.ctx, call.account)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['Calendar'], args.ifInState)
      return (await applyAll(tx, call, args)).respond(tx.modseq)
    })
  },
)
