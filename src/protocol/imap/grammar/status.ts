/** STATUS items (RFC 9051 §6.3.11) with those of RFC 7162, 7889, 8438, 8474 and 9208. */
import { BadSyntax, type Scanner } from './scanner.ts'

export type StatusItem =
  | 'MESSAGES'
  | 'RECENT'
  | 'UIDNEXT'
  | 'UIDVALIDITY'
  | 'UNSEEN'
  | 'DELETED'
  | 'DELETED-STORAGE'
  | 'SIZE'
  | 'HIGHESTMODSEQ'
  | 'MAILBOXID'
  | 'APPENDLIMIT'

const known: ReadonlySet<string> = new Set<StatusItem>([
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'DELETED-STORAGE',
  'SIZE',
  'HIGHESTMODSEQ',
  'MAILBOXID',
  'APPENDLIMIT',
])

/** `(MESSAGES UNSEEN)`. */
export const statusItems = (scanner: Scanner): StatusItem[] => {
  const items: StatusItem[] = []
  scanner.list(() => {
    const word = scanner.keyword()
    if (!known.has(word)) throw new BadSyntax('Unknown STATUS item')
    if (!items.includes(word as StatusItem)) items.push(word as StatusItem)
  })
  if (items.length === 0) scanner.fail('a STATUS item')
  return items
}
