/**
 * Reads wire transcripts: text files that tell a conversation of one or more sessions with a server.
 *
 *     # a comment
 *     bare                        the sessions do not begin with the preamble (sign-in)
 *     text hello                  a text with a name, up to `end`; its lines end in CRLF
 *     end
 *     C1: a SELECT INBOX          session 1 sends a line
 *     C1> <<hello>>               the same without line end, in one piece with what it sends next
 *     S1: * <<n=/\d+/>> EXISTS    the next line that session 1 receives; `<</regex/>>` matches, `<<n=/regex/>>` also keeps
 *     S1~ a OK                    skips lines until one begins with this
 *     S1{                         the lines up to `S1}` come in any order
 *     S1}
 *     C1 starttls                 session 1 begins TLS
 *     C1 close                    session 1 hangs up
 *     S1 closed                   the server has hung up on session 1
 *
 * `<<*>>` matches anything; `<<name>>` stands for a value given by the caller, kept by a match, or a text; `<<size:name>>` for its octets.
 */
export type Step =
  | {
      readonly kind: 'send'
      readonly session: string
      readonly text: string
      readonly line: number
      readonly more: boolean
    }
  | { readonly kind: 'expect'; readonly session: string; readonly lines: readonly string[]; readonly line: number }
  | { readonly kind: 'skip'; readonly session: string; readonly text: string; readonly line: number }
  | { readonly kind: 'starttls' | 'close' | 'closed'; readonly session: string; readonly line: number }

export interface Transcript {
  readonly bare: boolean
  readonly texts: ReadonlyMap<string, string>
  readonly steps: readonly Step[]
}

const stepOf = (content: string, line: number): Step => {
  const match = /^([CS])([A-Za-z0-9]*)(?:(:|>|~) ?(.*)| (starttls|close|closed))$/.exec(content)
  if (match === null) throw new Error(`line ${line}: not a transcript line: ${content}`)
  const [, side, session = '', sign, text = '', verb] = match
  if (verb !== undefined) return { kind: verb as 'starttls' | 'close' | 'closed', session, line }
  if (side === 'C' && sign === ':') return { kind: 'send', session, text: `${text}\r\n`, line, more: false }
  if (side === 'C' && sign === '>') return { kind: 'send', session, text, line, more: true }
  if (side === 'S' && sign === '~') return { kind: 'skip', session, text, line }
  if (side === 'S' && sign === ':') return { kind: 'expect', session, lines: [text], line }
  throw new Error(`line ${line}: not a transcript line: ${content}`)
}

/** Throws when the text is not a transcript. */
export const parseTranscript = (source: string): Transcript => {
  const lines = source.split(/\r?\n/)
  const texts = new Map<string, string>()
  const steps: Step[] = []
  let bare = false
  let group: { session: string; lines: string[]; line: number } | undefined
  for (let i = 0; i < lines.length; i++) {
    const content = lines[i]!
    const line = i + 1
    const named = /^text (\w+)$/.exec(content)
    const opening = /^S([A-Za-z0-9]*)\{$/.exec(content)
    if (content === '' || content.startsWith('#')) continue
    if (content === 'bare') bare = true
    else if (named !== null) {
      const end = lines.indexOf('end', i)
      if (end < 0) throw new Error(`line ${line}: the text has no end`)
      texts.set(
        named[1]!,
        lines
          .slice(i + 1, end)
          .map((each) => `${each}\r\n`)
          .join(''),
      )
      i = end
    } else if (opening !== null) group = { session: opening[1]!, lines: [], line }
    else if (group !== undefined && content === `S${group.session}}`) {
      steps.push({ kind: 'expect', ...group })
      group = undefined
    } else {
      const step = stepOf(content, line)
      if (group === undefined) steps.push(step)
      else if (step.kind === 'expect') group.lines.push(...step.lines)
      else throw new Error(`line ${line}: only S lines in a group`)
    }
  }
  if (group !== undefined) throw new Error(`line ${group.line}: the group is not closed`)
  return { bare, texts, steps }
}

/** Values by name, which `<<name>>` stands for. */
export type Values = Map<string, string>

const octets = (text: string): number => Buffer.byteLength(text, 'utf8')

const lookUp = (name: string, values: Values): string => {
  const sized = name.startsWith('size:') ? name.slice(5) : undefined
  const value = values.get(sized ?? name)
  if (value === undefined) throw new Error(`no value named ${name}`)
  return sized === undefined ? value : String(octets(value))
}

/** `text` with every `<<name>>` replaced. */
export const fill = (text: string, values: Values): string =>
  text.replace(/<<([\w:]+)>>/g, (_whole, name: string) => lookUp(name, values))

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a received line is the expected one; what it captures is kept in `values`. */
export const matches = (line: string, received: string, values: Values): boolean => {
  const expected = line.replaceAll('<<*>>', '<</.*/>>')
  const names: string[] = []
  let pattern = ''
  let at = 0
  for (const found of expected.matchAll(/<<(?:(\w+)=)?\/(.*?)\/>>|<<([\w:]+)>>/g)) {
    pattern += literally(expected.slice(at, found.index))
    at = found.index + found[0].length
    if (found[3] !== undefined) pattern += literally(lookUp(found[3], values))
    else if (found[1] !== undefined) {
      names.push(found[1])
      pattern += `(?<${found[1]}>${found[2]})`
    } else pattern += `(?:${found[2]})`
  }
  const match = new RegExp(`^${pattern}${literally(expected.slice(at))}$`, 's').exec(received)
  if (match === null) return false
  for (const name of names) values.set(name, match.groups![name]!)
  return true
}

/** The texts of a file that holds nothing else, as values. */
export const textsOf = (source: string): Record<string, string> => Object.fromEntries(parseTranscript(source).texts)
