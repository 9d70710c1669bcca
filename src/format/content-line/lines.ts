/** The lines that iCalendar (RFC 5545 §3.1) and vCard (RFC 6350 §3.2) are made of. Pure and bounded. */

export interface ContentLine {
  /** Upper case, without a vCard group. */
  readonly name: string
  /** Upper-case names; the first value of each. */
  readonly params: ReadonlyMap<string, string>
  /** As written, escapes included. */
  readonly value: string
}

/** Characters that are looked at, lines that are read. */
const maxLength = 1_000_000
const maxLines = 20_000

const form = /^(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/s
const param = /;([\w-]+)(?:=("[^"]*"|[^";:]*))?/g

/** Lines unfolded and taken apart; what is none is passed over. */
export const contentLines = (text: string): ContentLine[] => {
  const unfolded = text
    .slice(0, maxLength)
    .replace(/^\ufeff/, '')
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n[ \t]/g, '')
  const lines: ContentLine[] = []
  for (const line of unfolded.split('\n')) {
    if (lines.length >= maxLines) break
    const match = line.length > 100_000 ? null : form.exec(line)
    if (!match) continue
    const params = new Map<string, string>()
    for (const [, name = '', value = ''] of (match[2] ?? '').matchAll(param))
      if (!params.has(name.toUpperCase())) params.set(name.toUpperCase(), value.replace(/^"|"$/g, ''))
    lines.push({ name: (match[1] ?? '').toUpperCase(), params, value: match[3] ?? '' })
  }
  return lines
}

/** A TEXT value without its escapes. */
export const plainText = (value: string): string =>
  value.replace(/\\([\\;,nN])/g, (_whole, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign))

/** Values between separators that are not escaped. */
export const splitValue = (value: string, separator: ';' | ','): string[] =>
  (value.match(separator === ';' ? /(?:[^;\\]|\\.)+|(?<=;)(?=;)|^(?=;)|(?<=;)$/gs : /(?:[^,\\]|\\.)+/gs) ?? []).map(
    plainText,
  )
