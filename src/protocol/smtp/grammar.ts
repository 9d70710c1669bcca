/**
 * The grammar of SMTP commands (RFC 5321 §4.1.2, with RFC 6531 §3.3 for UTF-8), apart from what the commands do. A
 * function returns undefined for text that the grammar does not derive.
 */

export interface Path {
  /** Mailbox as `local@domain`, quotes removed where the local part does not need them; empty for `<>`. */
  readonly address: string
  /** undefined: what follows the path is no list of parameters. */
  readonly parameters: ReadonlyMap<string, string | undefined> | undefined
}

export interface CommandLine {
  /** Upper case. */
  readonly verb: string
  readonly argument: string
}

const maxLocalPart = 64
const maxDomain = 255
const maxParameters = 20

/** `MAIL FROM:<a@b>` is verb MAIL, argument `FROM:<a@b>`. */
export const readCommand = (line: string): CommandLine | undefined => {
  const match = /^([A-Za-z]{1,12})(?: (.*))?$/.exec(line.trimEnd())
  return match ? { verb: (match[1] as string).toUpperCase(), argument: match[2] ?? '' } : undefined
}

const atext = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\u{10ffff}"
const dotString = new RegExp(`^[${atext}]+(?:\\.[${atext}]+)*$`, 'u')
const quotedString = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*)"$/u
const label = '[A-Za-z0-9\\u0080-\\u{10ffff}](?:[A-Za-z0-9_\\-\\u0080-\\u{10ffff}]*[A-Za-z0-9\\u0080-\\u{10ffff}])?'
const domainName = new RegExp(`^${label}(?:\\.${label})*$`, 'u')
const addressLiteral = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45}|[A-Za-z0-9-]+:[!-Z^-~]+)\]$/
/** U+FFFD stands for bytes that were not UTF-8. */
const malformed = /[\ufffd\u0000-\u001f\u007f-\u009f]/u

const octets = (text: string): number => Buffer.byteLength(text)

export const isDomain = (text: string): boolean =>
  octets(text) <= maxDomain && (domainName.test(text) || addressLiteral.test(text)) && !malformed.test(text)

/** What EHLO may give: a domain or an address literal; programs that name themselves badly are still listened to. */
export const readHelo = (argument: string): string | undefined => {
  const name = argument.trim()
  return name !== '' && octets(name) <= maxDomain && /^[!-~\u00a0-\u{10ffff}]+$/u.test(name) && !malformed.test(name)
    ? name
    : undefined
}

/** A mailbox: `local@domain`. Quotes that change nothing are removed, so that `"a"@b` is `a@b`. */
export const readMailbox = (text: string): string | undefined => {
  const at = text.lastIndexOf('@')
  if (at <= 0) return undefined
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (octets(local) > maxLocalPart || !isDomain(domain)) return undefined
  if (dotString.test(local)) return malformed.test(local) ? undefined : `${local}@${domain}`
  const quoted = quotedString.exec(local)
  if (!quoted || malformed.test(local)) return undefined
  const plain = (quoted[1] as string).replace(/\\(.)/gu, '$1')
  return dotString.test(plain) ? `${plain}@${domain}` : `${local}@${domain}`
}

/** Index just after the closing bracket of a path; brackets within quotes do not count. */
const endOfPath = (text: string): number => {
  let quoted = false
  for (let i = 1; i < text.length; i++) {
    const c = text[i]
    if (c === '\\' && quoted) i++
    else if (c === '"') quoted = !quoted
    else if (c === '>' && !quoted) return i + 1
  }
  return -1
}

/** `SIZE=100 BODY=8BITMIME`: names in upper case. Each may be given once. */
const readParameters = (text: string): Map<string, string | undefined> | undefined => {
  const parameters = new Map<string, string | undefined>()
  if (text.trim() === '') return parameters
  if (text[0] !== ' ') return undefined
  const words = text.split(' ').filter((word) => word !== '')
  if (words.length > maxParameters) return undefined
  for (const word of words) {
    const match = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\u{10ffff}]+))?$/u.exec(word)
    const name = match?.[1]?.toUpperCase()
    if (!match || name === undefined || parameters.has(name)) return undefined
    parameters.set(name, match[2])
  }
  return parameters
}

const openings = { FROM: /^FROM: ?</i, TO: /^TO: ?</i }
/** `<a.b@c.d>` without parameters, as nearly everybody writes it: what the grammar would find, in one step. */
const usualPath =
  /^(?:FROM|TO): ?<([A-Za-z0-9_+=-]+(?:\.[A-Za-z0-9_+=-]+)*)@([A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*)>$/

/**
 * The argument of MAIL (`keyword` FROM) or RCPT (TO). A source route is accepted and ignored (RFC 5321 §4.1.1.3);
 * `<>` is allowed for FROM, `<Postmaster>` for TO.
 */
export const readPath = (keyword: 'FROM' | 'TO', argument: string): Path | undefined => {
  const opening = openings[keyword].exec(argument)
  if (!opening) return undefined
  const [, local, domain] = (argument.length <= maxDomain && usualPath.exec(argument)) || []
  if (local !== undefined && domain !== undefined && local.length <= maxLocalPart)
    return { address: `${local}@${domain}`, parameters: new Map() }
  const rest = argument.slice(opening[0].length - 1)
  const end = endOfPath(rest)
  if (end < 0) return undefined
  const parameters = readParameters(rest.slice(end))
  const inside = rest.slice(1, end - 1)
  if (inside === '') return keyword === 'FROM' ? { address: '', parameters } : undefined
  if (keyword === 'TO' && inside.toLowerCase() === 'postmaster') return { address: 'postmaster', parameters }
  const route = /^@[^:]+:(.*)$/.exec(inside)
  const address = readMailbox(route ? (route[1] as string) : inside)
  return address === undefined ? undefined : { address, parameters }
}

/** A decimal number of octets or seconds, bounded to what an integer holds. */
export const readNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
