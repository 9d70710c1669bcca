/** ESEARCH responses (RFC 4731) of SEARCH, SORT (RFC 5267 §3) and their windows (RFC 9394). */
import { partOf } from '../grammar/partial.ts'
import type { ReturnOption, Returns } from '../grammar/search.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { stringOf } from './text.ts'

/** What an answer is made of: the messages found, in the order of the answer. */
export interface Found {
  readonly tag: string
  readonly uid: boolean
  /** Message numbers or UIDs. */
  readonly numbers: readonly number[]
  /** 0: none is told. */
  readonly modseq: number
  /** Further correlators, such as `MAILBOX INBOX UIDVALIDITY 7` (RFC 7377 §2.1). */
  readonly about?: string
}

/** Without `* ` and line end; undefined when nothing is to be told. */
export const esearchLine = ({ tag, uid, numbers, modseq, about }: Found, returns: Returns): string | undefined => {
  const { options, partial } = returns
  if (options.size === 1 && options.has('SAVE')) return
  let text = `ESEARCH (TAG ${stringOf(tag)}${about === undefined ? '' : ` ${about}`})${uid ? ' UID' : ''}`
  if (numbers.length > 0) {
    if (options.has('MIN')) text += ` MIN ${numbers[0]}`
    if (options.has('MAX')) text += ` MAX ${numbers.at(-1)}`
    if (options.has('ALL')) text += ` ALL ${formatSet(numbers)}`
  }
  if (partial !== undefined) text += ` PARTIAL (${partial.text} ${formatSet(partOf(numbers, partial)) || 'NIL'})`
  if (options.has('COUNT')) text += ` COUNT ${numbers.length}`
  return modseq > 0 ? `${text} MODSEQ ${modseq}` : text
}

/** The results that an answer names: with MIN, MAX or a window alone only those (RFC 4731 §3.2, 5182 §2.1, 9394 §3.1). */
export const namedBy = <T>(found: readonly T[], { options, partial }: Returns): readonly T[] => {
  const window = partial === undefined ? [] : partOf(found, partial)
  const ends: ReturnOption[] = ['MIN', 'MAX']
  const narrow = partial !== undefined || (ends.some((end) => options.has(end)) && !options.has('COUNT'))
  if (!narrow || options.has('ALL') || found.length === 0) return found
  const named = new Set(window)
  if (options.has('MIN')) named.add(found[0]!)
  if (options.has('MAX')) named.add(found.at(-1)!)
  return [...named]
}
