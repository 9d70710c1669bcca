/** The directory as the configuration names it. */
import type { Config } from '../config.ts'
import { BadSetting } from '../settings.ts'
import { type AttributeMap, defaultMap, mapNames } from './entry.ts'
import type { LdapSync } from './sync.ts'

/** The map of attributes with what differs. Throws BadSetting when a name of ours is unknown. */
export const mapWith = (pairs: readonly string[]): AttributeMap => {
  const given = pairs.map((pair) => {
    const [ours = '', theirs = ''] = pair.split('=')
    const name = mapNames.find((known) => known.toLowerCase() === ours.toLowerCase())
    if (name === undefined) throw new BadSetting(`knows no "${ours}": one of ${mapNames.join(', ')}`)
    return [name, theirs.split('|')] as const
  })
  return { ...defaultMap, ...Object.fromEntries(given) }
}

/** Undefined when there is no directory. Throws BadSetting. */
export const ldapSettings = (config: Config): LdapSync | undefined => {
  const url = config['ldap.url']
  if (url === undefined) return
  return {
    url,
    startTls: config['ldap.start-tls'],
    ca: config['ldap.ca'],
    bindDn: config['ldap.bind-dn'],
    password: config['ldap.password'],
    base: config['ldap.base'],
    filter: config['ldap.filter'],
    schoolsFilter: config['ldap.schools-filter'],
    map: mapWith(config['ldap.attributes']),
    academy: config['ldap.academy'],
    adopt: config['ldap.adopt'],
    passwords: config['ldap.passwords'],
    guard: config['ldap.guard-percent'],
  }
}
