/** Which days the agenda shows. Days are local, as `2026-11-22`. */
import { addDays, dayAt, dayText } from './agenda-data.ts'

export type AgendaKind = 'week' | 'month'

export interface AgendaWindow {
  /** Every day that is shown, from a Monday on, whole weeks. */
  readonly days: readonly string[]
  /** First and last day of what the title names: of a month, without the neighbours' days. */
  readonly first: string
  readonly last: string
  /** A day of the window before this one, and of the one after. */
  readonly before: string
  readonly after: string
}

/** The Monday of a day's week. */
const mondayOf = (at: Date): Date => addDays(at, -((at.getDay() + 6) % 7))

const daysFrom = (monday: Date, count: number): string[] =>
  Array.from({ length: count }, (_none, n) => dayText(addDays(monday, n)))

/** The window of a kind that a day is in. */
export const windowOf = (kind: AgendaKind, day: string): AgendaWindow => {
  const at = dayAt(day)
  if (kind === 'week') {
    const monday = mondayOf(at)
    const days = daysFrom(monday, 7)
    return {
      days,
      first: days[0]!,
      last: days[6]!,
      before: dayText(addDays(monday, -7)),
      after: dayText(addDays(monday, 7)),
    }
  }
  const first = new Date(at.getFullYear(), at.getMonth(), 1)
  const last = new Date(at.getFullYear(), at.getMonth() + 1, 0)
  const monday = mondayOf(first)
  const lead = (first.getDay() + 6) % 7
  return {
    days: daysFrom(monday, Math.ceil((lead + last.getDate()) / 7) * 7),
    first: dayText(first),
    last: dayText(last),
    before: dayText(addDays(first, -1)),
    after: dayText(addDays(last, 1)),
  }
}

/** Today when the window names it, else its first day: where somebody who looks at it means to be. */
export const ownDay = ({ first, last }: AgendaWindow, today: string): string =>
  today >= first && today <= last ? today : first
