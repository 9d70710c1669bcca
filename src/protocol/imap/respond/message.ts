/** The items of a FETCH answer that come straight from a message's row. */
import { systemFlags } from '#domain/mail/flags.ts'

const systemText: readonly string[] = Array.from({ length: 32 }, (_none, mask) =>
  systemFlags
    .filter(({ bit }) => (mask & bit) !== 0)
    .map(({ imap }) => imap)
    .join(' '),
)

/** `(\Seen $forwarded)`; `keywords` as in the column, separated by spaces. */
export const flagsText = (row: { readonly flags: number; readonly keywords: string }, recent: boolean): string => {
  const own = systemText[row.flags & 31]!
  const system = recent ? (own === '' ? '\\Recent' : `${own} \\Recent`) : own
  if (row.keywords === '') return `(${system})`
  return system === '' ? `(${row.keywords})` : `(${system} ${row.keywords})`
}

/** Every system flag, and keywords. */
export const allFlagsText = (keywords: Iterable<string>): string =>
  `(${[...systemFlags.map(({ imap }) => imap), ...keywords].join(' ')})`

/** `FLAGS (\Seen) MODSEQ (12)`, after the UID where it is wanted: what is told of changed flags. */
export const flagsItems = (
  row: { readonly uid: number; readonly flags: number; readonly keywords: string; readonly modseq: number },
  show: { readonly uid: boolean; readonly modseq: boolean; readonly recent: boolean },
): string => {
  const items: string[] = []
  if (show.uid) items.push(`UID ${row.uid}`)
  items.push(`FLAGS ${flagsText(row, show.recent)}`)
  if (show.modseq) items.push(`MODSEQ (${row.modseq})`)
  return items.join(' ')
}
