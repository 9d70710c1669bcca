/** The vacation response over JMAP (RFC 8621 §8); days as people write them in a form. Answers are checked, none trusted. */
import type { SideDoor } from '../../data/index.ts'

export interface Vacation {
  readonly isEnabled: boolean
  /** `2026-12-19`, or empty: the first day, and the last one, both included, in local time. */
  readonly first: string
  readonly last: string
  readonly subject: string
  readonly text: string
  /** For people of other domains; empty: the same text. */
  readonly outside: string
}

const two = (value: number): string => String(value).padStart(2, '0')

const dayOf = (time: Date): string =>
  `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`

/** The local day of a UTCDate, `shift` milliseconds away; empty when it is none. */
const readDay = (value: unknown, shift: number): string => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? '' : dayOf(new Date(time + shift))
}

/** Local midnight at the beginning of a day, `days` later, as a UTCDate; null when there is no such day. */
export const midnight = (day: string, days: number): string | null => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  if (!match) return null
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + days)
  return date.toISOString().replace('.000Z', 'Z')
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const readVacation = async (side: SideDoor, accountId: string): Promise<Vacation> => {
  const [answer] = await side.send([{ name: 'VacationResponse/get', args: { accountId, ids: null } }])
  const list = answer?.ok && Array.isArray(answer.args.list) ? answer.args.list : []
  const found: Record<string, unknown> = { ...(list[0] as object | undefined) }
  return {
    isEnabled: found.isEnabled === true,
    first: readDay(found.fromDate, 0),
    // The response ends at the midnight after its last day.
    last: readDay(found.toDate, -1),
    subject: text(found.subject),
    text: text(found.textBody),
    outside: text(found.outsideTextBody),
  }
}

const orNull = (value: string): string | null => (value.trim() === '' ? null : value)

/** Rejects when the server refuses or cannot be reached. */
export const saveVacation = async (side: SideDoor, accountId: string, wanted: Vacation): Promise<void> => {
  const singleton = {
    isEnabled: wanted.isEnabled,
    fromDate: midnight(wanted.first, 0),
    toDate: midnight(wanted.last, 1),
    subject: orNull(wanted.subject),
    textBody: orNull(wanted.text),
    htmlBody: null,
    outsideTextBody: orNull(wanted.outside),
  }
  const args = { accountId, update: { singleton } }
  const [answer] = await side.send([{ name: 'VacationResponse/set', args }], { write: true })
  const updated = answer?.ok ? answer.args.updated : undefined
  if (typeof updated !== 'object' || updated === null || !('singleton' in updated)) throw new Error('not saved')
}
