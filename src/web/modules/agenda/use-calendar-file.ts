/** Files of events brought into the agenda, with progress and a way back. */
import { useTranslation } from 'react-i18next'
import { isFailure } from '#base/failure.ts'
import { objectTexts } from '#format/icalendar/file.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { progressToast, toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { askDefaultCalendar, changeAll, setEvents } from './agenda-data.ts'

const PAGE = 50
/** Letters of one request. */
const MOST_LETTERS = 2_000_000
const LARGEST_FILE = 40_000_000
const mostEvents = 10_000

/** Texts in pages that a request has room for. */
const pagesOf = (texts: readonly string[]): string[][] => {
  const pages: string[][] = [[]]
  let letters = 0
  for (const text of texts) {
    if (pages.at(-1)!.length >= PAGE || (letters > 0 && letters + text.length > MOST_LETTERS)) {
      pages.push([])
      letters = 0
    }
    pages.at(-1)!.push(text)
    letters += text.length
  }
  return pages.filter((page) => page.length > 0)
}

/** What brings the text of a file into the default calendar of the signed-in person; `onChange` after each change. */
export const useCalendarFile = (onChange: () => void) => {
  const { t } = useTranslation()
  const client = useOwnClient()
  const accountId = useLive(client.session)?.accountId ?? ''
  const problem = (text: string) => toast(text, { tone: 'problem', ms: 12_000 })
  const read = (text: string): string[] => {
    try {
      const texts = text.length > LARGEST_FILE ? undefined : objectTexts(text, () => crypto.randomUUID())
      if (texts && texts.length > 0 && texts.length <= mostEvents) return texts
      problem(t(texts?.length === 0 ? 'agenda.importNone' : 'agenda.importTooMany'))
    } catch (error) {
      problem(t(isFailure(error, 'tooMany') ? 'agenda.importTooMany' : 'agenda.importNone'))
    }
    return []
  }
  const remove = async (ids: readonly string[]) => {
    try {
      for (let at = 0; at < ids.length; at += PAGE)
        await setEvents(client, accountId, 'CalendarText', { destroy: ids.slice(at, at + PAGE) })
    } catch {
      problem(t('agenda.offline'))
    }
    onChange()
  }
  return async (text: string): Promise<void> => {
    const texts = read(text)
    if (texts.length === 0) return
    const progress = progressToast(t('agenda.importing', { done: 0, count: texts.length }))
    const taken: string[] = []
    let done = 0
    try {
      const calendarId = await askDefaultCalendar(client, accountId)
      for (const page of pagesOf(texts)) {
        const create = Object.fromEntries(page.map((data, n) => [`c${n}`, { calendarId, data }]))
        const { created } = await changeAll(client, accountId, 'CalendarText', { create })
        taken.push(...Object.values(created).map(({ id }) => id))
        done += page.length
        progress.tell(t('agenda.importing', { done, count: texts.length }))
      }
    } catch {
      problem(t('agenda.importLost'))
    }
    progress.end()
    onChange()
    const told = t('agenda.imported', { count: taken.length })
    const skipped = done - taken.length
    toast(skipped > 0 ? `${told} · ${t('agenda.skipped', { count: skipped })}` : told, {
      ms: 12_000,
      ...(taken.length > 0 ? { undo: () => void remove(taken) } : {}),
    })
  }
}
