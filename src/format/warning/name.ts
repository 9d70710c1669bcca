/** Display names that claim to be somebody else's. Pure. */
import { isWithin, skeleton } from './domain.ts'

const addressIn = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/u

/** One spelling of a name of a person: words without accents, in any order. */
export const foldName = (name: string): string =>
  skeleton(name.slice(0, 200))
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1)
    .sort()
    .join(' ')

/** An address in the display name that is not the one the message comes from. */
export const otherAddressIn = (name: string, address: string): string | undefined => {
  const found = addressIn.exec(name.slice(0, 300))?.[0].toLowerCase()
  return found === undefined || found === address.toLowerCase() ? undefined : found
}

/** Words by which the support of a platform signs, French and English. */
const authority =
  /\b(?:rectorat|academie|assistance|support|service (?:informatique|technique|messagerie)|help ?desk|administrat(?:eur|or|ion)|admin|webmail|messagerie|securite|security|dsi|dane|it (?:service|support))\b/i

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')

/** True when a name speaks for the platform: its words of authority with its domain's name, or an address of it. */
export const speaksForUs = (name: string, ownDomains: readonly string[]): boolean => {
  const short = name.slice(0, 300)
  const address = addressIn.exec(short)?.[0]
  if (address !== undefined && isWithin(address.split('@')[1] ?? '', ownDomains)) return true
  const folded = skeleton(short)
  return (
    authority.test(plain(short)) &&
    ownDomains.some((domain) => folded.includes(skeleton(domain.split('.')[0] ?? domain)))
  )
}

const small = new Set(['de', 'du', 'des', 'la', 'le', 'les', 'et', 'of', 'the', 'and'].map(skeleton))

/** The words of a name that say something, as they look. */
const wordsOf = (name: string): ReadonlySet<string> =>
  new Set(
    skeleton(name.slice(0, 300))
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 1 && !small.has(word)),
  )

/**
 * True when a name alone is that of the platform or of one of its help desks, in any order and spelling, or holds the
 * platform's with a word of authority (“Sécurité – Académie de Besançon”).
 * @param platform the name on every page and message of ours
 * @param desks names of those who help
 */
export const isNamedLikeUs = (name: string, platform: string, desks: readonly string[]): boolean => {
  const words = wordsOf(name)
  if (words.size === 0) return false
  const holds = (own: string): ReadonlySet<string> | undefined => {
    const wanted = wordsOf(own)
    return wanted.size > 0 && wanted.isSubsetOf(words) ? wanted : undefined
  }
  const ours = holds(platform)
  if (ours) {
    const others = plain(name.slice(0, 300))
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => !ours.has(skeleton(word)))
    if (ours.size === words.size || authority.test(others.join(' '))) return true
  }
  return desks.some((desk) => holds(desk)?.size === words.size)
}
