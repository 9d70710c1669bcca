/**
 * Which country an address is in, offline: the `geo-whois-asn-country` database (CC0) that comes as a package. It is
 * loaded at the first question, never at the start; without it every country is unknown, and nothing else changes.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isIP } from 'node:net'
import type { Log } from '#base/log.ts'
import { isPrivate } from '../delivery/destination.ts'

type Lookup = (ip: string) => string

const unknown: Lookup = () => ''

const databaseName = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

const load = async (log: Log): Promise<Lookup> => {
  try {
    const { Reader } = await import('mmdb-lib')
    const file = await readFile(createRequire(import.meta.url).resolve(databaseName))
    const reader = new Reader(file)
    return (ip) => {
      const found: unknown = reader.get(ip)
      const code = typeof found === 'object' && found && 'country_code' in found ? found.country_code : ''
      return typeof code === 'string' ? code : ''
    }
  } catch (cause) {
    log.warn('people.geo', { message: cause instanceof Error ? cause.message : String(cause) })
    return unknown
  }
}

let loading: Promise<Lookup> | undefined

/** An address without its zone, and IPv4 as such when it is mapped into IPv6; empty when it is none. */
const plainAddress = (ip: string): string => {
  const address = ip.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return isIP(address) === 0 ? '' : address
}

/** True for addresses of a local network: they tell nothing of where somebody is. */
export const isLocalAddress = (ip: string): boolean => {
  const address = plainAddress(ip)
  return address !== '' && isPrivate(address)
}

/** ISO 3166-1 alpha-2 code of the country of an address; empty when unknown or local. Never throws. */
export const countryOf = async (ip: string, log: Log): Promise<string> => {
  const address = plainAddress(ip)
  if (address === '' || isPrivate(address)) return ''
  try {
    const code = (await (loading ??= load(log)))(address)
    return /^[A-Z]{2}$/.test(code) ? code : ''
  } catch {
    return ''
  }
}

/** Name of a country in a person's language; empty for the unknown one. */
export const countryName = (code: string, language: 'fr' | 'en'): string => {
  if (!/^[A-Z]{2}$/.test(code)) return ''
  return new Intl.DisplayNames([language], { type: 'region', fallback: 'code' }).of(code) ?? code
}
