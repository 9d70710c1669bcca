/** The order of SORT (RFC 5256 §3, SORT=DISPLAY RFC 5957). */
import type { MessageKey, MessageKeys } from '#domain/mail/keys.ts'
import { firstMailbox } from '#format/imap/envelope-read.ts'
import type { SortCriterion, SortKey } from '../grammar/sort.ts'
import type { Match } from '../search/run.ts'
import type { Session } from '../session.ts'
import { sortInTurns } from './order.ts'
import { octetsIn, readKeys } from './read.ts'

/** Case does not matter, and a letter with its accent comes after the letter without (as i;unicode-casemap, RFC 5051). */
export const casemap = (text: string): string =>
  (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKD')).toUpperCase()

const text = (value: unknown): string => (typeof value === 'string' ? casemap(value) : '')

interface KeyRule {
  readonly needs?: MessageKey
  readonly value: (message: MessageKeys, column: unknown) => number | string
}

const mailboxOf = (field: 'from' | 'to' | 'cc'): KeyRule => ({
  needs: 'envelope',
  value: (_message, envelope) => casemap(firstMailbox(octetsIn(envelope), field)),
})

/** What each key is worth. */
const rules: Readonly<Record<SortKey, KeyRule>> = {
  ARRIVAL: { value: ({ receivedAt }) => receivedAt },
  SIZE: { value: ({ size }) => size },
  // RFC 5256 §2.2: without a valid Date the message counts as sent when it arrived.
  DATE: { needs: 'sentAt', value: ({ receivedAt }, sent) => (typeof sent === 'number' ? sent : receivedAt) },
  SUBJECT: { needs: 'baseSubject', value: (_message, subject) => text(subject) },
  FROM: mailboxOf('from'),
  TO: mailboxOf('to'),
  CC: mailboxOf('cc'),
  DISPLAYFROM: { needs: 'fromSort', value: (_message, name) => text(name) },
  DISPLAYTO: { needs: 'toSort', value: (_message, name) => text(name) },
}

interface Sortable {
  readonly match: Match
  readonly values: readonly (number | string)[]
}

const comparison = (criteria: readonly SortCriterion[]) => {
  const signs = criteria.map(({ reverse }) => (reverse ? -1 : 1))
  return (a: Sortable, b: Sortable): number => {
    for (let i = 0; i < signs.length; i++) {
      const left = a.values[i]!
      const right = b.values[i]!
      if (left !== right) return left < right ? -signs[i]! : signs[i]!
    }
    return 0
  }
}

/** The matches (ascending by UID) in the order of the criteria; those that are gone meanwhile come last. */
export const sortMatches = async (
  session: Session,
  matches: readonly Match[],
  criteria: readonly SortCriterion[],
): Promise<Match[]> => {
  const used = criteria.map(({ key }) => rules[key])
  const needs = [...new Set(used.flatMap((rule) => rule.needs ?? []))]
  const columns = used.map((rule) => (rule.needs === undefined ? -1 : needs.indexOf(rule.needs)))
  const list: Sortable[] = []
  const gone: Match[] = []
  let at = 0
  await readKeys(
    session,
    matches.map(({ uid }) => uid),
    needs,
    (message) => {
      while (matches[at]!.uid < message.uid) gone.push(matches[at++]!)
      const values = used.map((rule, i) => rule.value(message, message.values[columns[i]!]))
      list.push({ match: matches[at++]!, values })
    },
  )
  const sorted = await sortInTurns(list, comparison(criteria))
  return [...sorted.map(({ match }) => match), ...gone, ...matches.slice(at)]
}
