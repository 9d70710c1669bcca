/** Authentication-Results (RFC 8601 §2.2) and the tags of a DKIM-Signature (RFC 6376 §3.2), read. Pure and bounded. */

export interface AuthResult {
  /** `spf`, `dkim`, `dmarc`... */
  readonly method: string
  /** `pass`, `fail`, `none`... */
  readonly result: string
  /** `header.d` and the like, lower case names. */
  readonly properties: ReadonlyMap<string, string>
}

export interface AuthResults {
  readonly server: string
  readonly results: readonly AuthResult[]
}

/** Results in one field beyond these are not read. */
const maxResults = 40
const maxLength = 16_384

/** Comments become spaces; what is in quotation marks stays. Nested comments are counted. */
const withoutComments = (value: string): string => {
  let out = ''
  let depth = 0
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const sign = value[i]!
    if (sign === '\\' && (quoted || depth > 0)) {
      if (depth === 0) out += sign + (value[i + 1] ?? '')
      i++
    } else if (quoted) {
      out += sign
      if (sign === '"') quoted = false
    } else if (sign === '(') depth++
    else if (sign === ')') {
      if (depth > 0) depth--
      out += ' '
    } else if (depth === 0) {
      out += sign
      if (sign === '"') quoted = true
    }
  }
  return out
}

/** Parts between semicolons that are not in quotation marks. */
const partsOf = (value: string): string[] => value.match(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []

const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1')

const pair = /([a-z0-9.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]+)/gi

const resultOf = (part: string): AuthResult | undefined => {
  const pairs = [...part.matchAll(pair)].slice(0, 30)
  const [first, ...rest] = pairs
  if (!first) return undefined
  const properties = new Map(
    rest.map(([, name = '', value = '']) => [name.toLowerCase(), unquoted(value).toLowerCase()] as const),
  )
  return { method: (first[1] ?? '').toLowerCase(), result: (first[2] ?? '').toLowerCase(), properties }
}

/** Reads one field's value, unfolded. Undefined when it names no server. */
export const parseAuthResults = (value: string): AuthResults | undefined => {
  const [head = '', ...parts] = partsOf(withoutComments(value.slice(0, maxLength)))
  const server = unquoted(head.trim().split(/\s+/)[0] ?? '').toLowerCase()
  if (server === '') return undefined
  return { server, results: parts.slice(0, maxResults).flatMap((part) => resultOf(part) ?? []) }
}

/** The tags of a DKIM-Signature; white space in values means nothing. */
export const parseDkimTags = (value: string): ReadonlyMap<string, string> => {
  const tags = new Map<string, string>()
  for (const part of value.slice(0, maxLength).split(';').slice(0, 40)) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(0, at)).trim().toLowerCase()
    // A tag that is given twice makes the signature invalid (§3.2): the first counts here, as nothing else would.
    if (name !== '' && !tags.has(name)) tags.set(name, part.slice(at + 1).replace(/\s+/g, ''))
  }
  return tags
}
