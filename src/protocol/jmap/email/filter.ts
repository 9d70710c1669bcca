/** Filters and sorts of Email/query (RFC 8621 §4.4), from the wire to the domain. */
import { fromKeywords } from '#domain/mail/flags.ts'
import { type EmailCondition, type EmailFilter, type EmailSort, sortProperties } from '#domain/mail/query-filter.ts'
import type { Filter } from '#format/jmap/core.ts'
import { boolean, type Check, Invalid, id, list, text, unsigned, utcDate } from '../check.ts'
import { invalidArguments } from '../failure.ts'
import { numberOf } from '../ids.ts'
import type { AccountCall } from '../method.ts'
import { checkArguments } from '../method.ts'
import { checkFilter, checkSort } from '../query.ts'

/** Words to look for; a text of nothing but blanks would match everything or nothing, by taste. */
const maxSearchText = 1000

const words: Check<string> = (value, path) => {
  const given = text(value, path)
  if (given.length > maxSearchText) throw new Invalid(path, `must be at most ${maxSearchText} characters`)
  return given
}

const keyword: Check<string> = (value, path) => {
  const name = text(value, path)
  try {
    fromKeywords([name])
  } catch {
    throw new Invalid(path, 'must be a keyword')
  }
  return name.toLowerCase()
}

const header: Check<readonly [name: string, value?: string]> = (value, path) => {
  const parts = list(text)(value, path)
  const [name, wanted] = parts
  if (name === undefined || parts.length > 2 || !/^[\x21-\x39\x3b-\x7e]+$/.test(name))
    throw new Invalid(path, 'must be [name] or [name, text]')
  return wanted === undefined ? [name] : [name, wanted]
}

const conditionChecks = (call: AccountCall) => {
  const mailbox: Check<number> = (value, path) => {
    const number = numberOf('mailbox', id(value, path), call)
    // A mailbox that does not exist holds nothing; no number of a mailbox is 0.
    return number ?? 0
  }
  return {
    inMailbox: mailbox,
    inMailboxOtherThan: list(mailbox),
    before: utcDate,
    after: utcDate,
    minSize: unsigned,
    maxSize: unsigned,
    allInThreadHaveKeyword: keyword,
    someInThreadHaveKeyword: keyword,
    noneInThreadHaveKeyword: keyword,
    hasKeyword: keyword,
    notKeyword: keyword,
    hasAttachment: boolean,
    text: words,
    from: words,
    to: words,
    cc: words,
    bcc: words,
    subject: words,
    body: words,
    attachmentName: words,
    isFollowed: boolean,
    header,
  }
}

const isEmpty = (filter: Filter<EmailCondition>): boolean => !('operator' in filter) && Object.keys(filter).length === 0

/** Throws MethodFault unsupportedFilter or invalidArguments. */
export const emailFilter = (filter: Record<string, unknown> | null, call: AccountCall): EmailFilter | undefined => {
  if (filter === null) return undefined
  const checked = checkArguments(
    (value) => checkFilter<EmailCondition>(value as typeof filter, conditionChecks(call)),
    filter,
  )
  return isEmpty(checked) ? undefined : (checked as EmailFilter)
}

/** Throws MethodFault unsupportedSort or invalidArguments. */
export const emailSort = (sort: readonly Record<string, unknown>[] | null): EmailSort[] =>
  checkArguments(() => checkSort(sort ?? [], sortProperties, ['keyword']), sort).map(
    ({ property, isAscending, keyword: given }) => {
      if (!/Keyword$/.test(property)) return { property, isAscending }
      if (given === undefined) throw invalidArguments(`Sorting by ${property} needs "keyword"`)
      return { property, isAscending, keyword: checkArguments(keyword, given) }
    },
  )
