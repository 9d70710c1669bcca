/** The sources of ESEARCH (RFC 7377 §2.2) and NOTIFY (RFC 5465 §6): `mailboxes ("A" B)`, `subtree C`, `personal`. */
import { BadSyntax, type Scanner } from './scanner.ts'

export type Source =
  | { readonly kind: 'selected'; readonly delayed: boolean }
  | { readonly kind: 'inboxes' | 'personal' | 'subscribed' }
  /** Names as octets; the caller knows their encoding. */
  | { readonly kind: 'mailboxes' | 'subtree' | 'subtree-one'; readonly names: readonly Buffer[] }

const maxSources = 50
const maxNames = 1_000

const names = (scanner: Scanner): Buffer[] => {
  if (!scanner.peek('(')) return [scanner.astring()]
  const list: Buffer[] = []
  scanner.list(() => {
    if (list.length >= maxNames) throw new BadSyntax('Too many mailboxes')
    list.push(scanner.astring())
  })
  if (list.length === 0) scanner.fail('a mailbox')
  return list
}

/** One source. */
export const source = (scanner: Scanner): Source => {
  const word = scanner.keyword()
  switch (word) {
    case 'SELECTED':
    case 'SELECTED-DELAYED':
      // Delays are a matter of NOTIFY (RFC 5465 §6.2): what is found is the same.
      return { kind: 'selected', delayed: word === 'SELECTED-DELAYED' }
    case 'INBOXES':
      return { kind: 'inboxes' }
    case 'PERSONAL':
      return { kind: 'personal' }
    case 'SUBSCRIBED':
      return { kind: 'subscribed' }
    case 'MAILBOXES':
      scanner.sp()
      return { kind: 'mailboxes', names: names(scanner) }
    case 'SUBTREE':
      scanner.sp()
      return { kind: 'subtree', names: names(scanner) }
    case 'SUBTREE-ONE':
      scanner.sp()
      return { kind: 'subtree-one', names: names(scanner) }
    default:
      throw new BadSyntax('Unknown source')
  }
}

/** `IN (...) `, when it is there. There are no scope options yet, so any is refused. */
export const searchSources = (scanner: Scanner): Source[] | undefined => {
  if (!scanner.takeKeyword('IN')) return
  scanner.sp()
  const sources: Source[] = []
  scanner.list(() => {
    if (sources.length >= maxSources) throw new BadSyntax('Too many sources')
    sources.push(source(scanner))
  })
  if (sources.length === 0) scanner.fail('a source')
  scanner.sp()
  return sources
}
