/** What the server writes (RFC 5804 §4): strings quoted or as literals, and responses with their codes. */
import { utf8 } from '#base/bytes.ts'

/** Response codes of RFC 5804 §1.3 that we use. */
export type Code =
  | 'AUTH-TOO-WEAK'
  | 'ENCRYPT-NEEDED'
  | 'QUOTA'
  | 'QUOTA/MAXSCRIPTS'
  | 'QUOTA/MAXSIZE'
  | 'TRYLATER'
  | 'ACTIVE'
  | 'NONEXISTENT'
  | 'ALREADYEXISTS'
  | `TAG ${string}`

export interface Reply {
  readonly status: 'OK' | 'NO' | 'BYE'
  readonly code?: Code
  readonly text?: string
}

export const ok = (text?: string): Reply => ({ status: 'OK', ...(text === undefined ? {} : { text }) })
export const no = (text: string, code?: Code): Reply => ({
  status: 'NO',
  text,
  ...(code === undefined ? {} : { code }),
})

/** RFC 5804 §1.2: a quoted string has at most 1024 octets. */
const maxQuoted = 1024

/** A string: quoted when it may be, else a literal. */
export const stringOf = (text: string): string => {
  const quoted = !/[\0\r\n]/.test(text) && utf8(text).length <= maxQuoted
  return quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : `{${utf8(text).length}}\r\n${text}`
}

export const replyLine = ({ status, code, text }: Reply): string =>
  `${status}${code === undefined ? '' : ` (${code})`}${text === undefined ? '' : ` ${stringOf(text)}`}\r\n`
