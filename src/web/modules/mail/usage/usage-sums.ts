/** What would be cleared away by a choice of age and size, and how that choice is said to the server and to the search. */
import { isSpared, type MailUsage, type UsageAmount, usageSizes } from '#format/jmap/organising.ts'
import type { EmailFilter, Mailbox } from '../../../data/index.ts'

/** Received before the first of September of a year (the beginning of a school year), or at any time. */
export type Before = number | undefined
/** Octets, one of `usageSizes`. */
export type AtLeast = (typeof usageSizes)[number]

const september = (year: number): string => `${year}-09`

/** The years of those first days of September that have older mail before them, newest first. */
export const beginnings = (months: MailUsage['months'], now: Date): number[] => {
  const oldest = months[0]?.month
  if (oldest === undefined) return []
  const years: number[] = []
  for (let year = now.getFullYear(); september(year) > oldest && years.length < 50; year--)
    if (Date.UTC(year, 8, 1) <= now.getTime()) years.push(year)
  return years
}

export const noAmount: UsageAmount = { emails: 0, octets: 0 }

export const plus = (a: UsageAmount, b: UsageAmount): UsageAmount => ({
  emails: a.emails + b.emails,
  octets: a.octets + b.octets,
})

export const chosenAmount = ({ months }: Pick<MailUsage, 'months'>, before: Before, atLeast: AtLeast): UsageAmount =>
  months
    .filter(({ month }) => before === undefined || month < september(before))
    .flatMap(({ sizes }) => sizes.filter((_, i) => (usageSizes[i] ?? 0) >= atLeast))
    .reduce(plus, noAmount)

/** The same messages as a filter: flagged ones, drafts, and those that are only in spared mailboxes stay. */
export const chosenFilter = (mailboxes: readonly Mailbox[], before: Before, atLeast: AtLeast): EmailFilter => ({
  operator: 'AND',
  conditions: [
    {
      ...(before === undefined ? {} : { before: `${september(before)}-01T00:00:00Z` }),
      ...(atLeast === 0 ? {} : { minSize: atLeast }),
      inMailboxOtherThan: mailboxes.filter(isSpared).map(({ id }) => id),
      notKeyword: '$flagged',
    },
    { notKeyword: '$draft' },
  ],
})

/** As one would type it in the search field. */
export const chosenSearch = (before: Before, atLeast: AtLeast, language: string): string => {
  const isEnglish = language === 'en'
  const words = [isEnglish ? '-is:flagged' : '-est:suivi']
  if (before !== undefined) words.unshift(`${isEnglish ? 'before' : 'avant'}:${september(before)}-01`)
  if (atLeast > 0) words.unshift(`${isEnglish ? 'larger' : 'plus-grand'}:${atLeast / 1_000_000}m`)
  return words.join(' ')
}
