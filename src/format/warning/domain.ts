/** Domains that are made to be taken for another. Pure; every input is bounded by the length of a domain. */
import { decodeLabel } from '../address/punycode.ts'
import { confusablePairs, confusables } from './confusables.data.ts'

/** Second levels under which names are registered (a choice of the Public Suffix List: France, and the most seen). */
const secondLevels = new Set(
  'gouv.fr asso.fr com.fr nom.fr tm.fr prd.fr presse.fr co.uk org.uk ac.uk gov.uk com.au co.nz com.br co.jp co.in com.tr com.mx co.za com.cn eu.org eu.com uk.com github.io gitlab.io herokuapp.com web.app firebaseapp.com pages.dev workers.dev netlify.app vercel.app blogspot.com wixsite.com weebly.com godaddysites.com myshopify.com azurewebsites.net cloudfront.net amazonaws.com'.split(
    ' ',
  ),
)

const fold = (domain: string): string => domain.toLowerCase().replace(/\.+$/, '').slice(0, 253)

/** Labels with punycode decoded. */
export const readableDomain = (domain: string): string => fold(domain).split('.').map(decodeLabel).join('.')

/** The part that somebody registered: `mail.ac-exemple.fr` is `ac-exemple.fr`. */
export const registered = (domain: string): string => {
  const labels = fold(domain).split('.')
  const two = labels.slice(-2).join('.')
  return secondLevels.has(two) ? labels.slice(-3).join('.') : two
}

/** True when a domain is one of these or below one of them. */
export const isWithin = (domain: string, domains: Iterable<string>): boolean => {
  const folded = fold(domain)
  for (const one of domains) if (folded === fold(one) || folded.endsWith(`.${fold(one)}`)) return true
  return false
}

/** How a text looks at a glance: accents, letters of other scripts and pairs brought to what they look like. */
export const skeleton = (text: string): string => {
  const plain = [...text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')]
    .map((sign) => confusables[sign] ?? sign)
    .join('')
  return confusablePairs.reduce((seen, [form, like]) => seen.replace(form, like), plain)
}

const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Cherokee}/u,
] // prettier-ignore

/** True when one label mixes alphabets, which no honest name does. */
export const mixesScripts = (domain: string): boolean =>
  readableDomain(domain)
    .split('.')
    .some((label) => scripts.filter((script) => script.test(label)).length > 1)

/** Optimal string alignment distance, given up beyond `most`. */
export const editDistance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      next.push(cost)
    }
    if (Math.min(...next) > most) return most + 1
    before = row
    row = next
  }
  return row[b.length]!
}

/** The name somebody chose, without what it is registered under. */
const nameOf = (domain: string): string => registered(domain).split('.')[0] ?? ''

/** Mistakes that may be overlooked in a name of this length; short names are near to many honest ones. */
const slack = (name: string): number => (name.length >= 12 ? 2 : name.length >= 7 ? 1 : 0)

const isLike = (domain: string, known: string): boolean => {
  const [mine, theirs] = [registered(domain), registered(known)]
  if (mine === theirs) return false
  const [a, b] = [nameOf(readableDomain(domain)), nameOf(readableDomain(known))]
  if (b.length < 4) return false
  // `ac-exemple.fr.connexion.example`, `ac-exemple-fr.example`
  const spelled = fold(domain).replaceAll('.', '-')
  if (b.includes('-') && `-${spelled}-`.includes(`-${fold(theirs).replaceAll('.', '-')}-`)) return true
  if (skeleton(a) === skeleton(b)) return a !== b || b.includes('-')
  // `ac-exemple-securite.example`
  if (b.includes('-') && b.length >= 7 && (a.startsWith(`${b}-`) || a.endsWith(`-${b}`))) return true
  const most = slack(b)
  return most > 0 && editDistance(skeleton(a), skeleton(b), most) <= most && a[0] === b[0]
}

/**
 * The domain, among those known, that this one is made to be taken for; undefined when it is known itself or like none.
 * A name in two alphabets is like the one it looks like, else suspicious by itself (`mixesScripts`).
 */
export const lookAlike = (domain: string, known: Iterable<string>): string | undefined => {
  const list = [...known]
  if (domain === '' || isWithin(domain, list) || list.some((one) => registered(one) === registered(domain))) return
  return list.find((one) => isLike(domain, one))
}
