/**
 * The clockwork of frauds: mail to the reporting address is filed as it comes, reports are put together, what is being
 * taken back goes on. All of it rests in rows, so that a kill costs nothing.
 */
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { clusterReports } from '#domain/phishing/clusters.ts'
import { settleReportAccount, takeReports } from '#domain/phishing/incoming.ts'
import { runPractice } from '#domain/phishing/practice/send.ts'
import { advanceSweeps, forgetSweeps } from '#domain/phishing/take-back.ts'
import type { Config } from './config.ts'

const interval = 5000
const forgetEvery = 3_600_000

/** The reporting address: of the configuration, or of a demonstration; empty: none. */
export const reportAddress = (config: Config, demo: boolean): string => {
  const asked = config['phishing.address'] || (demo ? 'signalement' : '')
  return asked === '' || asked.includes('@') ? asked : `${asked}@${config.domains[0] ?? 'localhost'}`
}

/** Starts the clock; `stop` waits for the round under way. */
export const startFraudClock = async (
  people: People,
  address: string,
  log: Log,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const { store } = people.ctx
  const account = address === '' ? undefined : await settleReportAccount(people, address)
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let forgottenAt = 0
  const turn = async (): Promise<void> => {
    const filed = account === undefined ? 0 : await takeReports(people, account)
    if (filed > 0) log.info('phishing.filed', { reports: filed })
    while (!stopped && (await clusterReports(people)) > 0);
    // Slices of all acts in turn; each gives way to whoever else writes.
    while (!stopped && (await advanceSweeps(people)) > 0) await new Promise((resolve) => setImmediate(resolve))
    while (!stopped && (await runPractice(people)) > 0) await new Promise((resolve) => setImmediate(resolve))
    if (Date.now() - forgottenAt < forgetEvery) return
    forgottenAt = Date.now()
    await forgetSweeps(people)
  }
  const round = async (): Promise<void> => {
    try {
      do {
        again = false
        await turn()
      } while (again && !stopped)
    } catch (error) {
      log.error('phishing.clock', {}, error)
    } finally {
      running = undefined
    }
  }
  const begin = (): void => {
    if (stopped) return
    if (running) again = true
    else running = round()
  }
  const leave = account === undefined ? () => {} : store.bus.subscribe(account, begin)
  const timer = setInterval(begin, interval)
  timer.unref()
  begin()
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      leave()
      await running
    },
  }
}
