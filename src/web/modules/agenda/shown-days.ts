/** What the views of the agenda show, and where they lead. */
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import type { Agenda } from './use-agenda.ts'

export type Sheet =
  | { readonly kind: 'open'; readonly event: CalendarEvent; readonly day: string }
  | {
      readonly kind: 'form'
      readonly event: CalendarEvent | undefined
      readonly day: string
      /** At which a new one begins, when that was said. */
      readonly hour?: number
    }
  | undefined

export interface ShownDays {
  readonly today: string
  readonly events: ReadonlyMap<string, readonly CalendarEvent[]>
  readonly agenda: Agenda
  onSheet(sheet: Sheet): void
}
