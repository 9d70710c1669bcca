/**
 * The clockwork of frauds: mail to the reporting address is filed as it comes, reports are put together, what is being
 * taken back goes on. All of it rests in rows, so that a kill costs nothing.
 */
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { clusterReports } from '#domain/phishing/clusters.ts'
import { settleReportAccount, takeReports } from '#domain/phishing/incoming.ts'
import { runPlans } from '#domain/phishing/practice/plan-clock.ts'
import { runPractice } from '#domain/phishing/practice/send.ts'
import { advanceSweeps, forgetSweeps } from '#domain/phishing/take-back.ts'
import { startClock, whileBusy } from './clock.ts'
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
  let forgottenAt = 0
  const clock = startClock({
    interval,
    log,
    event: 'phishing.clock',
    round: async (isStopped) => {
      const filed = account === undefined ? 0 : await takeReports(people, account)
      if (filed > 0) log.info('phishing.filed', { reports: filed })
      while (!isStopped() && (await clusterReports(people)) > 0);
      await whileBusy(isStopped, () => advanceSweeps(people))
      await runPlans(people)
      await whileBusy(isStopped, () => runPractice(people))
      if (Date.now() - forgottenAt < forgetEvery) return
      forgottenAt = Date.now()
      await forgetSweeps(people)
    },
  })
  const leave = account === undefined ? () => {} : store.bus.subscribe(account, clock.wake)
  clock.wake()
  return {
    stop: async () => {
      leave()
      await clock.stop()
    },
  }
}
