/**
 * Whose an address is: one of the places known to be official, one made to be taken for such a place, or nobody's that we
 * know. What people paste is read as a browser would read it; nothing is fetched. Pure; every input is bounded.
 */
import { isWithin, lookAlike, mixesScripts, readableDomain, registered, skeleton } from './domain.ts'
import { sharedHosts, shorteners, usualEndings } from './hosts.data.ts'

/** A domain that is official with everything below it. */
export interface OfficialPlace {
  /** Lower case, ASCII; a host for a service (`ent.exemple.fr`), with a port only for a test on one's own machine. */
  readonly domain: string
  readonly name: { readonly fr: string; readonly en: string }
}

/** What makes an address strange; told to whoever asks, the gravest first. */
export const tricks = [
  'letters',
  'alphabets',
  'ending',
  'inside',
  'joined',
  'local',
  'userinfo',
  'numbers',
  'script',
  'short',
  'shared',
  'port',
  'insecure',
  'foreign-letters',
] as const
export type Trick = (typeof tricks)[number]

/** A run of the host: as it should be, or differing. `instead`: what the official address has there. */
export interface Piece {
  readonly text: string
  readonly instead?: string
}

export interface Assessed {
  /** As it was pasted. */
  readonly given: string
  readonly kind: 'link' | 'address'
  /** The host one would arrive at, with readable letters; empty for a link that leads to no place. */
  readonly host: string
  /** The same as computers have it, when that differs (`xn--…`). */
  readonly ascii: string
  /** The part of it that somebody registered: what counts. */
  readonly counts: string
  readonly verdict: 'official' | 'look-alike' | 'unknown'
  /** The official one, or the one it imitates. */
  readonly place: OfficialPlace | undefined
  readonly tricks: readonly Trick[]
  /** The host beside the official one, for `letters` and `alphabets`; empty otherwise. */
  readonly pieces: readonly Piece[]
}

/** Characters that are looked at, addresses that are found in them. */
export const longestPaste = 20_000
export const mostFound = 20

const invisible = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu
const label = String.raw`[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}_-]{0,61}[\p{L}\p{N}\p{M}])?`
const domainForm = String.raw`(?:${label}[.\u3002\uff0e\uff61]){1,10}(?:xn--[a-z\d-]{2,59}|\p{L}{2,24})`
/** A link with its scheme, an address of mail, or a domain perhaps with a path. */
const forms = new RegExp(
  [
    String.raw`(?<link>(?:https?|ftp):[\\/]{0,3}[^\s<>"«»“”]{3,2000}|(?:javascript|data|vbscript|blob|file):[^\s<>"«»“”]{3,2000})`,
    String.raw`(?<address>[\p{L}\p{N}._%+'-]{1,64}@${domainForm})`,
    String.raw`(?<bare>${domainForm}(?::\d{1,5})?(?:[/?#][^\s<>"«»“”]{0,2000})?)`,
  ].join('|'),
  'giu',
)
/** Endings that are files rather than places. */
const file = /\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|txt|csv|jpe?g|png|gif|html?|ics|vcf|eml|mp[34]|exe|rar|7z)$/i
/** What is written after a link rather than in it. */
const after = /[)\]}.,;:!?…'’»”]+$/u

/** `hxxps://exemple[.]fr`, as people write what nobody should press. */
const armed = (text: string): string =>
  text.replace(/\bhxxp(s?):/gi, 'http$1:').replace(/\[\.\]|\(\.\)|\[dot\]|\(dot\)/gi, '.')

const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

interface Candidate {
  readonly given: string
  readonly kind: Assessed['kind']
  readonly url: URL | undefined
  /** Before the `@` of an address. */
  readonly local: string
}

/** True for a domain written alone, in a text where much looks like one (`fin.Le`, `rapport.pdf`). */
const isMeant = (bare: string, alone: boolean): boolean => {
  const host = bare.split(/[/?#:]/)[0] ?? ''
  if (alone) return true
  if (host === bare && file.test(bare)) return false
  const last = host.slice(host.lastIndexOf('.') + 1)
  // `Merci.De rien`: the end of a sentence and the beginning of another.
  if (/^\p{Lu}\p{Ll}+$/u.test(last)) return false
  const ending = last.toLowerCase()
  return /^www\./i.test(host) || ending.startsWith('xn--') || usualEndings.has(ending) || /[^\p{ASCII}]/u.test(ending)
}

/** The links, addresses and domains of a text, each once. */
const candidatesIn = (pasted: string): Candidate[] => {
  const text = armed(pasted.slice(0, longestPaste)).replace(invisible, '')
  const alone = !/\s/.test(text.trim())
  const found = new Map<string, Candidate>()
  for (const match of text.matchAll(forms)) {
    if (found.size >= mostFound) break
    const { link, address, bare } = match.groups ?? {}
    const given = (link ?? address ?? bare ?? '').replace(after, '')
    if (given === '' || found.has(given)) continue
    if (link !== undefined) found.set(given, { given, kind: 'link', url: parseUrl(given), local: '' })
    else if (address !== undefined) {
      const at = given.lastIndexOf('@')
      const url = parseUrl(`https://${given.slice(at + 1)}`)
      if (url) found.set(given, { given, kind: 'address', url, local: given.slice(0, at) })
    } else if (isMeant(given, alone)) {
      const url = parseUrl(`https://${given}`)
      if (url) found.set(given, { given, kind: 'link', url, local: '' })
    }
  }
  return [...found.values()]
}

/** How `a` became from `b`: for each letter of `a` whether it is `b`'s, and what is missing. Both are labels of a domain. */
export const differences = (a: string, b: string): Piece[] => {
  const [from, to] = [[...a].slice(0, 253), [...b].slice(0, 253)]
  const cost = Array.from({ length: from.length + 1 }, (_, i) => [i, ...Array<number>(to.length).fill(0)])
  for (let j = 1; j <= to.length; j++) (cost[0] as number[])[j] = j
  const at = (i: number, j: number): number => cost[i]?.[j] ?? 0
  for (let i = 1; i <= from.length; i++)
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      const row = cost[i] as number[]
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
    }
  const steps: { mine: string; theirs: string; same: boolean }[] = []
  for (let i = from.length, j = to.length; i > 0 || j > 0; ) {
    const [mine, theirs] = [from[i - 1] ?? '', to[j - 1] ?? '']
    if (i > 0 && j > 0 && at(i, j) === at(i - 1, j - 1) + (mine === theirs ? 0 : 1)) {
      steps.push({ mine, theirs, same: mine === theirs })
      i--
      j--
    } else if (i > 0 && at(i, j) === at(i - 1, j) + 1) {
      steps.push({ mine, theirs: '', same: false })
      i--
    } else {
      steps.push({ mine: '', theirs, same: false })
      j--
    }
  }
  return joined(steps.reverse())
}

/** Neighbours of one kind as one piece: `rn` instead of `m`, not two pieces. */
const joined = (steps: readonly { mine: string; theirs: string; same: boolean }[]): Piece[] => {
  const pieces: { text: string; instead: string; same: boolean }[] = []
  for (const { mine, theirs, same } of steps) {
    const last = pieces.at(-1)
    if (last?.same === same) {
      last.text += mine
      last.instead += theirs
    } else pieces.push({ text: mine, instead: theirs, same })
  }
  return pieces.map(({ text, instead, same }) => (same ? { text } : { text, instead }))
}

const hostOf = (place: OfficialPlace): string => place.domain.replace(/:\d+$/, '')
const portOf = (place: OfficialPlace): string => /:(\d+)$/.exec(place.domain)?.[1] ?? ''

/** `ac-exemple` of `ac-exemple.fr`: the name somebody chose, read as it looks. */
const nameOf = (domain: string): string => readableDomain(registered(domain)).split('.')[0] ?? ''

const isNumber = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[')

/** True when the words of an official name stand whole in a host that is not its own. */
const carries = (host: string, place: OfficialPlace): boolean => {
  const words = `-${skeleton(readableDomain(host)).replaceAll('.', '-')}-`
  const name = nameOf(hostOf(place))
  // The whole of `gouv.fr` is the State's; its one word says so in other names.
  if (hostOf(place) === 'gouv.fr') return /-gouv(?:fr)?-/.test(words)
  return name.includes('-') && name.length >= 6 && words.includes(`-${skeleton(name)}-`)
}

interface Likeness {
  readonly place: OfficialPlace
  readonly trick: Trick
  readonly pieces: readonly Piece[]
}

/** Which trick makes `host` look like the place. */
const trickOf = (host: string, place: OfficialPlace): Likeness => {
  const [mine, theirs] = [readableDomain(registered(host)), readableDomain(registered(hostOf(place)))]
  const [a, b] = [nameOf(host), nameOf(hostOf(place))]
  if (a === b) return { place, trick: 'ending', pieces: differences(mine, theirs) }
  const before = readableDomain(host).slice(0, -mine.length)
  const spelled = (text: string): string => `-${skeleton(text).replaceAll('.', '-')}-`
  if (carries(before, place) || spelled(before).includes(spelled(theirs).slice(0, -1)))
    return { place, trick: 'inside', pieces: [] }
  if (skeleton(a) !== skeleton(b) && carries(mine, place)) return { place, trick: 'joined', pieces: [] }
  const strange = mixesScripts(host) || /[^\p{ASCII}]/u.test(a)
  return { place, trick: strange ? 'alphabets' : 'letters', pieces: differences(mine, theirs) }
}

/** The place that a host is made to be taken for. */
const likenessOf = (host: string, places: readonly OfficialPlace[]): Likeness | undefined => {
  if (host === '' || isNumber(host)) return
  const words = `-${skeleton(readableDomain(host)).replaceAll('.', '-')}-`
  // The whole official address stands in it; the longest says best which one is meant.
  const whole = places
    .filter((one) => one.domain.length >= 6 && words.includes(`-${skeleton(hostOf(one)).replaceAll('.', '-')}-`))
    .sort((a, b) => b.domain.length - a.domain.length)[0]
  if (whole) return trickOf(host, whole)
  const like = lookAlike(
    host,
    places.map(hostOf).filter((domain) => domain.includes('.')),
  )
  const place = places.find((one) => hostOf(one) === like) ?? places.find((one) => carries(host, one))
  return place && trickOf(host, place)
}

/** What the part before an `@` pretends: `https://ac-exemple.fr@elsewhere.example`, `ac-exemple.fr@elsewhere.example`. */
const pretended = (text: string, places: readonly OfficialPlace[]): OfficialPlace | undefined => {
  if (text === '') return
  const words = `-${skeleton(text.toLowerCase()).replace(/[^\p{L}\p{N}]+/gu, '-')}-`
  return places.find((place) => {
    const domain = hostOf(place)
    const name = nameOf(domain)
    return (
      (domain.includes('.') && words.includes(`-${skeleton(domain).replaceAll('.', '-')}-`)) ||
      (name.includes('-') && name.length >= 6 && words.includes(`-${skeleton(name)}-`))
    )
  })
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const noPlace = (given: string): Assessed => ({
  given,
  kind: 'link',
  host: '',
  ascii: '',
  counts: '',
  verdict: 'unknown',
  place: undefined,
  tricks: ['script'],
  pieces: [],
})

/** The tricks that can be seen whatever the host is. */
const plainTricks = ({ kind, url }: Candidate, host: string, place: OfficialPlace | undefined): Trick[] => {
  if (kind === 'address' || !url) return []
  const found: Trick[] = []
  if (url.username !== '' || url.password !== '') found.push('userinfo')
  if (isNumber(host) && !place) found.push('numbers')
  if (isWithin(host, shorteners)) found.push('short')
  if (isWithin(host, sharedHosts)) found.push('shared')
  if (url.port !== '' && (place === undefined || url.port !== portOf(place))) found.push('port')
  if (url.protocol === 'http:' && (place === undefined || portOf(place) === '')) found.push('insecure')
  return found
}

const ranked = (found: readonly Trick[]): Trick[] => tricks.filter((trick) => found.includes(trick))

const assessOne = (one: Candidate, places: readonly OfficialPlace[]): Assessed => {
  const { given, kind, url, local } = one
  if (!url || !/^(?:https?|ftp):$/.test(url.protocol)) return noPlace(given)
  const ascii = url.hostname.toLowerCase().replace(/\.$/, '')
  const host = readableDomain(ascii)
  const common = { given, kind, host, ascii: ascii === host ? '' : ascii, counts: readableDomain(registered(ascii)) }
  // The most exact one says best which service it is.
  const own = places
    .filter((place) => isWithin(ascii, [hostOf(place)]))
    .sort((a, b) => b.domain.length - a.domain.length)[0]
  if (own)
    return { ...common, verdict: 'official', place: own, tricks: ranked(plainTricks(one, ascii, own)), pieces: [] }
  const seen = plainTricks(one, ascii, undefined)
  const like = likenessOf(ascii, places)
  if (like)
    return {
      ...common,
      verdict: 'look-alike',
      place: like.place,
      tricks: ranked([like.trick, ...seen]),
      pieces: like.pieces,
    }
  const before = kind === 'address' ? local : decoded(`${url.username}:${url.password}`).replace(/:$/, '')
  const claimed = pretended(before, places)
  if (claimed)
    return {
      ...common,
      verdict: 'look-alike',
      place: claimed,
      tricks: ranked([kind === 'address' ? 'local' : 'userinfo', ...seen]),
      pieces: [],
    }
  const strange: Trick[] = mixesScripts(ascii) ? ['alphabets'] : /[^\p{ASCII}]/u.test(host) ? ['foreign-letters'] : []
  return { ...common, verdict: 'unknown', place: undefined, tricks: ranked([...strange, ...seen]), pieces: [] }
}

const gravity = { 'look-alike': 0, unknown: 1, official: 2 } as const

/**
 * Every link, address and domain of a text, the gravest first; none for a text without any. Tells only what the address
 * itself says: an unknown one may be honest, and an official one may show what somebody wrote there.
 */
export const assess = (pasted: string, places: readonly OfficialPlace[]): Assessed[] =>
  candidatesIn(pasted)
    .map((one) => assessOne(one, places))
    .sort((a, b) => gravity[a.verdict] - gravity[b.verdict])
