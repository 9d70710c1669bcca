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
