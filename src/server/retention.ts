/** Once a day: the audit log is trimmed to its time, accounts that have ended are closed, those whose time has come erased. */
import type { Log } from '#base/log.ts'
import { trimTrace } from '#domain/diagnose/trace.ts'
import { keepDirectory } from '#domain/directory/keeper.ts'
import { trimUnmatched } from '#domain/guides/unmatched.ts'
import { eraseDue } from '#domain/people/erase.ts'
import type { People } from '#domain/people/people.ts'
import { trimAudit } from '#domain/people/retention.ts'
import { keepShares } from '#domain/share/files.ts'

const minute = 60_000
const day = 24 * 60 * minute
/** Not while everybody is waiting for the server to start. */
const firstAfter = 10 * minute

/** Starts looking; `stop` waits for what is under way. */
export const startRetention = (
  people: People,
  { months, traceDays }: { readonly months: number; readonly traceDays: number },
  log: Log,
): { readonly stop: () => Promise<void> } => {
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    try {
      const lines = await trimAudit(people.ctx, months)
      const accounts = await eraseDue(people)
      const texts = await trimUnmatched(people.ctx)
      const files = await keepShares(people.ctx)
      const traces = await trimTrace(people.ctx, traceDays)
      const { closed, erased } = await keepDirectory(people)
      if (lines + accounts + closed + erased + texts + files + traces > 0)
        log.info('retention', { lines, accounts: accounts + erased, closed, texts, files, traces })
    } catch (error) {
      log.error('retention', {}, error)
    }
  }
  const plan = (wait: number): void => {
    timer = setTimeout(() => {
      running = look().finally(() => {
        running = undefined
        if (timer) plan(day)
      })
    }, wait)
    timer.unref()
  }
  plan(firstAfter)
  return {
    stop: async () => {
      clearTimeout(timer)
      timer = undefined
      await running
    },
  }
}
