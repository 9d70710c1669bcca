/**
 * Addresses of header fields (RFC 5322 §3.4 and §4.4, RFC 6854, RFC 6532) and of the envelope (RFC 5321 §4.1.2,
 * RFC 6531). The reader accepts everything and finds what it can; it is linear in the length of its input.
 */

import { encodePhrase } from '../mime/encode.ts'
import { decodeWords } from '../mime/words.ts'
import { decodeLabel } from './punycode.ts'

export interface Mailbox {
  /** Decoded; null when the field gives none. */
  readonly name: string | null
  readonly email: string
}

export interface Group {
  /** Decoded name; null for addresses outside any group. */
  readonly group: string | null
  readonly mailboxes: readonly Mailbox[]
}

/** An IMAP address structure (RFC 9051 §7.5.2): `host` null marks a group's start (`mailbox` its name) or end. */
export interface RawAddress {
  /** As sent, encoded words not decoded. */
  readonly name: string | null
  /** The obsolete route of `<@a,@b:c@d>`. */
  readonly adl: string | null
  readonly mailbox: string | null
  readonly host: string | null
}

type Token =
  | { kind: 'atom' | 'quoted' | 'comment' | 'literal'; text: string; space: boolean }
  | { kind: 'special'; text: string; space: boolean }

/** What a parsed item is: an address, or a group's beginning or end. */
type Item =
  | { kind: 'mailbox'; name: string | null; local: string; domain: string; adl?: string }
  | { kind: 'open'; name: string }
  | { kind: 'close' }

/** What an ASCII character is to the reader: 0 part of an atom, 1 blank, 2 special, 3 opener, 4 stray closer. */
const classes = (() => {
  const table = new Uint8Array(128)
  const mark = (characters: string, kind: number) => {
    for (const c of characters) table[c.charCodeAt(0)] = kind
  }
  mark(' \t\r\n', 1)
  mark('<>@,;:', 2)
  mark('"([', 3)
  mark(')]', 4)
  return table
})()

const classOf = (code: number): number => (code < 128 ? (classes[code] as number) : 0)

/** Reads until the closing mark, backslashes removed; comments nest. Undefined when it never closes. */
const readDelimited = (value: string, from: number, close: string): { text: string; next: number } | undefined => {
  let depth = 1
  let escaped = false
  for (let i = from + 1; i < value.length; i++) {
    const c = value[i] as string
    if (c === '\\') {
      escaped = true
      i++
    } else if (c === close && --depth === 0) {
      const text = value.slice(from + 1, i)
      return { text: escaped ? text.replace(/\\([\s\S])/g, '$1') : text, next: i + 1 }
    } else if (c === '(' && close === ')') depth++
  }
  return undefined
}

const closers: Readonly<Record<string, string>> = { '"': '"', '(': ')', '[': ']' }

/** A quoted string, comment or domain literal that opens at `i`. */
const readOpened = (value: string, i: number, unclosed: Set<string>) => {
  const opener = value[i] as string
  if (unclosed.has(opener)) return undefined
  const found = readDelimited(value, i, closers[opener] as string)
  if (!found) unclosed.add(opener)
  else if (opener === '[') return { kind: 'literal' as const, text: `[${found.text}]`, next: found.next }
  else return { kind: opener === '"' ? ('quoted' as const) : ('comment' as const), ...found }
  return undefined
}

const tokensOf = (value: string): Token[] => {
  const tokens: Token[] = []
  /** Openers that never close: looked for once, not once per occurrence. */
  const unclosed = new Set<string>()
  let space = false
  let i = 0
  while (i < value.length) {
    const kind = classOf(value.charCodeAt(i))
    if (kind === 0) {
      const start = i++
      while (i < value.length && classOf(value.charCodeAt(i)) === 0) i++
      tokens.push({ kind: 'atom', text: value.slice(start, i), space })
    } else if (kind === 2) {
      tokens.push({ kind: 'special', text: value[i] as string, space })
      i++
    } else {
      const found = kind === 3 ? readOpened(value, i, unclosed) : undefined
      if (!found) {
        // A blank; or a mark without its twin, which means nothing.
        if (kind === 1) space = true
        i++
        continue
      }
      tokens.push({ kind: found.kind, text: found.text, space })
      i = found.next
    }
    space = false
  }
  return tokens
}

const isSpecial = (token: Token | undefined, text: string): boolean => token?.kind === 'special' && token.text === text

const joinWords = (tokens: readonly Token[]): string => {
  let text = ''
  for (const token of tokens) text += (text !== '' && token.space ? ' ' : '') + token.text
  return text
}

/** A local part: blanks around dots are nothing, other blanks were meant, though forbidden. */
const joinLocal = (words: readonly Token[]): string => {
  let text = ''
  let before = '.'
  for (const word of words) {
    const apart = word.space && !before.endsWith('.') && !word.text.startsWith('.')
    text += (apart ? ' ' : '') + word.text
    before = word.text
  }
  return text
}

/** `local@domain` out of tokens; blanks around dots and `@` are dropped (RFC 5322 §4.4). */
const readSpec = (tokens: readonly Token[]): { local: string; domain: string } => {
  const words = tokens.filter((t) => t.kind !== 'comment')
  const at = words.findLastIndex((t) => isSpecial(t, '@'))
  if (at < 0) return { local: joinLocal(words), domain: '' }
  const domain = words.slice(at + 1)
  return { local: joinLocal(words.slice(0, at)), domain: domain.map((t) => t.text).join('') }
}

/** One address: the tokens between two commas. */
const readMailbox = (tokens: readonly Token[]): Item | undefined => {
  const open = tokens.findIndex((t) => isSpecial(t, '<'))
  const comments = tokens.filter((t) => t.kind === 'comment')
  if (open >= 0) {
    let last = -1
    for (let i = tokens.length - 1; i > open && last < 0; i--) if (isSpecial(tokens[i], '<')) last = i
    const start = last > 0 ? last : open
    let close = tokens.findIndex((t, i) => i > start && isSpecial(t, '>'))
    if (close < 0) close = tokens.length
    let inner = tokens.slice(start + 1, close)
    // An obsolete route `@a,@b:` ends with a colon.
    const route = inner.findLastIndex((t) => isSpecial(t, ':'))
    const adl =
      route > 0
        ? inner
            .slice(0, route)
            .flatMap((t) => (t.kind === 'comment' ? [] : [t.text]))
            .join('')
        : ''
    if (route >= 0) inner = inner.slice(route + 1)
    const words = tokens.slice(0, start).filter((t) => t.kind !== 'comment' && !isSpecial(t, '<'))
    const name = joinWords(words) || joinWords(comments)
    const { local, domain } = readSpec(inner)
    if (local === '' && domain === '' && name === '') return undefined
    return { kind: 'mailbox', name: name || null, local, domain, ...(adl === '' ? {} : { adl }) }
  }
  const words = tokens.filter((t) => t.kind !== 'comment' && !isSpecial(t, '>'))
  if (words.length === 0) return undefined
  const at = words.findLastIndex((t) => isSpecial(t, '@'))
  if (at < 0) {
    // A name without address, or a local part alone.
    const text = joinWords(words)
    return words.length === 1 && words[0]?.kind === 'atom'
      ? { kind: 'mailbox', name: joinWords(comments) || null, local: text, domain: '' }
      : { kind: 'mailbox', name: text, local: '', domain: '' }
  }
  // `Jane Doe jane@example.org`: what stands apart before the address is the name.
  let first = at
  while (first > 0 && !(words[first] as Token).space) first--
  if (first === at && at > 0) first--
  const { local, domain } = readSpec(words.slice(first))
  const name = joinWords(words.slice(0, first)) || joinWords(comments)
  return { kind: 'mailbox', name: name || null, local, domain }
}

/** What most fields hold: one plain address, alone or in angle brackets after plain words. */
const usual = /^(?:([\w'.-]+(?: [\w'.-]+){0,9}) )?<([\w.+-]+)@([\w.-]+)>$|^([\w.+-]+)@([\w.-]+)$/
const usualLength = 200

const itemsOf = (value: string): Item[] => {
  const match = value.length <= usualLength ? usual.exec(value) : null
  if (match) {
    const [, name = null, local, domain, bareLocal = '', bareDomain = ''] = match
    return [{ kind: 'mailbox', name, local: local ?? bareLocal, domain: domain ?? bareDomain }]
  }
  const tokens = tokensOf(value)
  const items: Item[] = []
  let start = 0
  /** Inside angle brackets; and whether an `@` came since the last separator. */
  let angle = false
  let at = false
  let inGroup = false
  const flush = (end: number) => {
    if (end > start) {
      const item = readMailbox(tokens.slice(start, end))
      if (item) items.push(item)
    }
    start = end + 1
    angle = at = false
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (token.kind !== 'special') continue
    if (token.text === '<') angle = true
    else if (token.text === '>') angle = false
    else if (token.text === '@') at = true
    else if (token.text === ',') {
      // A comma inside `<@a,@b:c@d>` separates nothing.
      if (!angle || !at || !isSpecial(tokens[i + 1], '@')) flush(i)
    } else if (token.text === ';') {
      flush(i)
      if (inGroup) items.push({ kind: 'close' })
      inGroup = false
    } else if (token.text === ':' && !angle && !inGroup && !at) {
      items.push({ kind: 'open', name: joinWords(tokens.slice(start, i).filter((t) => t.kind !== 'comment')) })
      inGroup = true
      start = i + 1
    }
  }
  flush(tokens.length)
  if (inGroup) items.push({ kind: 'close' })
  return items
}

const clean = (text: string): string =>
  decodeWords(text)
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .normalize('NFC')

const decodedName = (name: string | null): string | null => (name === null ? null : clean(name) || null)

const withoutControls = (text: string): string => text.replace(/[\0-\x1f\x7f]+/g, '')

const emailOf = (item: { local: string; domain: string }): string => {
  const local = item.local.includes('=?') ? clean(item.local) : withoutControls(item.local)
  if (item.domain === '') return local
  return `${local === '' ? '' : quoteLocal(local)}@${withoutControls(item.domain)}`
}

/** A local part with other characters than RFC 5322 atoms and dots is written quoted. */
const quoteLocal = (local: string): string =>
  /^[^\s"(),:;<>@[\\\]]+$/.test(local) ? local : `"${local.replace(/["\\]/g, '\\$&')}"`

/** All addresses of a field, those inside groups too; names decoded. What holds neither name nor address is left out. */
export const parseAddresses = (value: string): Mailbox[] => parseGroups(value).flatMap((group) => group.mailboxes)

/** Addresses by group, as JMAP GroupedAddresses wants them (RFC 8621 §4.1.2.4). */
export const parseGroups = (value: string): Group[] => {
  const groups: { group: string | null; mailboxes: Mailbox[] }[] = []
  let open: { group: string | null; mailboxes: Mailbox[] } | undefined
  for (const item of itemsOf(value)) {
    if (item.kind === 'open') groups.push((open = { group: decodedName(item.name), mailboxes: [] }))
    else if (item.kind === 'close') open = undefined
    else {
      if (open === undefined) groups.push((open = { group: null, mailboxes: [] }))
      open.mailboxes.push({ name: decodedName(item.name), email: emailOf(item) })
    }
  }
  return groups
}

/** Addresses for an IMAP ENVELOPE: nothing decoded, groups marked by entries without host. */
export const rawAddresses = (value: string): RawAddress[] =>
  itemsOf(value).map((item) => {
    if (item.kind === 'open') return { name: null, adl: null, mailbox: item.name, host: null }
    if (item.kind === 'close') return { name: null, adl: null, mailbox: null, host: null }
    // A host of null would read as a group; an address without one has an empty host.
    return { name: item.name, adl: item.adl ?? null, mailbox: item.local, host: item.domain }
  })

/** The address as a header field writes it: name quoted or as encoded words when it must be. */
export const formatAddress = (m: Mailbox): string => {
  const email = withoutControls(m.email).replace(/[<>]+/g, '')
  const name = m.name?.trim()
  return name ? `${encodePhrase(name)} <${email}>` : email
}

const maxLocal = 64
const maxDomain = 255
const encoder = new TextEncoder()

const dotAtom = /^[^\s"(),:;<>@[\\\]\0-\x20\x7f]+$/
const quotedLocal = /^"(?:[^"\\\0-\x08\x0a-\x1f\x7f]|\\[^\0-\x1f\x7f])*"$/
const domainLabel = /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}\-_]*[\p{L}\p{N}\p{M}])?$/u
const addressLiteral = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|ipv6:[0-9a-f:.]+)\]$/i

/**
 * The two sides of an envelope address (RFC 5321 §4.1.2, RFC 6531 §3.3): a dot-atom or quoted local part, a domain name
 * or address literal, within the limits of RFC 5321 §4.5.3.1 (octets). Undefined when it is not one. The local part is
 * given as written.
 */
export const splitAddress = (email: string): { local: string; domain: string } | undefined => {
  if (email.length > maxLocal + maxDomain + 1) return undefined
  const at = email.lastIndexOf('@')
  if (at < 1) return undefined
  const local = email.slice(0, at)
  const domain = email.slice(at + 1)
  if (encoder.encode(local).length > maxLocal || encoder.encode(domain).length > maxDomain) return undefined
  const dotted = dotAtom.test(local) && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..')
  if (!dotted && !quotedLocal.test(local)) return undefined
  if (domain.startsWith('[')) return addressLiteral.test(domain) ? { local, domain } : undefined
  for (const label of domain.split('.')) if (label.length > 63 || !domainLabel.test(label)) return undefined
  return { local, domain }
}

/** The address of a text that names one, as `Anne <anne@x.test>` or with blanks around it; undefined when it does not. */
export const oneAddress = (text: string): string | undefined => {
  const [only, ...more] = parseAddresses(text)
  return only !== undefined && more.length === 0 && splitAddress(only.email) !== undefined ? only.email : undefined
}

/**
 * The form in which two addresses are compared: lower case, NFC, unneeded quotes of the local part removed, A-labels of
 * the domain decoded, no final dot. Not for sending to.
 */
export const foldAddress = (email: string): string => {
  const text = email.trim().normalize('NFC').toLowerCase()
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  let local = text.slice(0, at)
  if (local.length > 2 && local.startsWith('"') && local.endsWith('"')) {
    const bare = local.slice(1, -1).replace(/\\(.)/g, '$1')
    if (dotAtom.test(bare)) local = bare
  }
  const domain = text
    .slice(at + 1)
    .replace(/\.$/, '')
    .split('.')
    .map(decodeLabel)
    .join('.')
  return (local + '@' + domain).normalize('NFC')
}
