/** What monitoring is told of the full-text index: a lag costs searches, never mail, so it is a warning. */
import type { SearchHealth, SearchIndex } from '#store/search/search.ts'
import type { Metrics } from './metrics.ts'

/** An account that could not be indexed for so long is worth somebody's look. */
const worthTelling = 60_000
/** One look serves monitoring that asks often. */
const rememberedMs = 5_000

/** In words; no name of an account, which readiness may tell to anybody. */
export const searchWarnings = ({ standing, answers, passedOver }: SearchHealth, now = Date.now()): string[] => {
  const long = standing.filter(({ since }) => now - since >= worthTelling).length
  return [
    ...(answers ? [] : ['full text does not answer: searches may miss messages']),
    ...(long > 0 ? [`the full-text index of ${long} accounts stands still: see "convergence doctor"`] : []),
    ...(passedOver > 0 ? [`${passedOver} messages are passed over by the full-text index`] : []),
  ]
}

export interface SearchWatch {
  warnings(): Promise<string[]>
}

/** Gives the gauge `convergence_search_waiting` and the warnings of readiness. */
export const watchSearch = (search: SearchIndex, metrics: Metrics): SearchWatch => {
  let known: { readonly at: number; readonly health: Promise<SearchHealth> } | undefined
  const look = (): Promise<SearchHealth> => {
    const now = performance.now()
    if (known === undefined || now - known.at > rememberedMs) known = { at: now, health: search.health() }
    return known.health
  }
  metrics.gauges(
    'convergence_search_waiting',
    'Full text: messages and accounts that wait to be indexed, accounts that stand still, messages passed over',
    'what',
    async () => {
      const { messages, accounts, standing, passedOver } = await look()
      return [
        ['messages', messages],
        ['accounts', accounts],
        ['standing', standing.length],
        ['passed_over', passedOver],
      ] as const
    },
  )
  return { warnings: async () => searchWarnings(await look()) }
}
