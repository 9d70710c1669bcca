/** MTA-STS as text: the TXT record, the policy, and which mail servers a policy names (RFC 8461 §3, §4.1). Pure. */
import { hash } from 'node:crypto'

export type StsMode = 'enforce' | 'testing' | 'none'

export interface StsPolicy {
  readonly mode: StsMode
  /** Names of mail servers in lower case; `*.` stands for one label. */
  readonly mx: readonly string[]
  /** Seconds for which it may be kept. */
  readonly maxAge: number
}

/** RFC 8461 §3.2: about a year. */
const longestAge = 31_557_600
const maxPatterns = 200

const name = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The `id` that the TXT records of `_mta-sts.<domain>` announce. Undefined when there is not exactly one such record
 * (§3.1): the domain has then no policy.
 */
export const stsId = (records: readonly string[]): string | undefined => {
  const ours = records.filter((text) => /^v[ \t]*=[ \t]*STSv1[ \t]*;/.test(text))
  if (ours.length !== 1 || (ours[0] ?? '').length > 1000) return
  for (const field of (ours[0] ?? '').split(';')) {
    const id = /^[ \t]*id[ \t]*=[ \t]*([A-Za-z0-9]{1,32})[ \t]*$/.exec(field)?.[1]
    if (id !== undefined) return id
  }
  return
}

/** Reads a policy file. Undefined when it is none: it counts then as if there were nothing. */
export const readStsPolicy = (text: string): StsPolicy | undefined => {
  const first = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (key === undefined || value === undefined) return
    // Of every other key the first one counts.
    if (key === 'mx') mx.push(value.toLowerCase().replace(/\.$/, ''))
    else if (!first.has(key)) first.set(key, value)
  }
  const mode = first.get('mode')
  const age = first.get('max_age') ?? ''
  if (first.get('version') !== 'STSv1' || !/^\d{1,10}$/.test(age) || Number(age) > longestAge) return
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return
  if (mx.length > maxPatterns || !mx.every((pattern) => name.test(pattern.replace(/^\*\./, '')))) return
  if (mx.length === 0 && mode !== 'none') return
  return { mode, mx, maxAge: Number(age) }
}

/** True when a policy names this mail server; a `*` stands for the whole first label and for no more (§4.1). */
export const namesServer = ({ mx }: Pick<StsPolicy, 'mx'>, server: string): boolean => {
  const wanted = server.toLowerCase().replace(/\.$/, '')
  const parent = wanted.slice(wanted.indexOf('.') + 1)
  return mx.some((pattern) =>
    pattern.startsWith('*.') ? wanted.includes('.') && pattern.slice(2) === parent : pattern === wanted,
  )
}

/** A policy as its file has it, and the id that announces it: another text, another id. */
export const writeStsPolicy = ({ mode, mx, maxAge }: StsPolicy): { readonly text: string; readonly id: string } => {
  const lines = ['version: STSv1', `mode: ${mode}`, ...mx.map((one) => `mx: ${one}`), `max_age: ${maxAge}`]
  const text = lines.map((line) => `${line}\r\n`).join('')
  return { text, id: hash('sha256', text, 'hex').slice(0, 20) }
}
