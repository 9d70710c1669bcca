/** A connection to an LDAP directory (RFC 4511): TLS, bounded times, pages. */
import { readFileSync } from 'node:fs'
import { Client, type Entry, InvalidCredentialsError } from 'ldapts'
import { Failure } from '#base/failure.ts'

export interface LdapSettings {
  /** ldaps://directory.example, or ldap://. */
  readonly url: string
  /** Upgrade a plain connection before anything is said. */
  readonly startTls: boolean
  /** File of the authority that signed the directory's certificate (PEM). */
  readonly ca: string | undefined
  readonly bindDn: string
  readonly password: string
  readonly base: string
}

const operationTimeout = 30_000
/** Somebody waits at the sign-in page. */
const bindTimeout = 5000

const tlsOptions = (settings: LdapSettings) => ({
  minVersion: 'TLSv1.2' as const,
  ...(settings.ca === undefined ? {} : { ca: [readFileSync(settings.ca)] }),
})

const open = async (settings: LdapSettings, timeout: number): Promise<Client> => {
  const tls = tlsOptions(settings)
  const secure = settings.url.toLowerCase().startsWith('ldaps:')
  const client = new Client({
    url: settings.url,
    timeout,
    connectTimeout: 5000,
    ...(secure ? { tlsOptions: tls } : {}),
  })
  if (settings.startTls && !secure) await client.startTLS({ ...tls, host: new URL(settings.url).hostname })
  return client
}

const close = (client: Client): Promise<void> => client.unbind().catch(() => {})

/** True when the password opens the entry; false when it does not. Throws Failure unavailable when nobody answers. */
export const bindAs = async (settings: LdapSettings, dn: string, password: string): Promise<boolean> => {
  // RFC 4513 §5.1.2: a bind with a name and no password is "unauthenticated", and succeeds.
  if (password === '' || dn === '') return false
  let client: Client | undefined
  try {
    client = await open(settings, bindTimeout)
    await client.bind(dn, password)
    return true
  } catch (cause) {
    if (cause instanceof InvalidCredentialsError) return false
    throw new Failure('unavailable', 'the LDAP directory does not answer', { cause })
  } finally {
    if (client) await close(client)
  }
}

export interface LdapSearch {
  readonly filter: string
  readonly attributes: readonly string[]
  readonly pageSize?: number
}

/** Entries below the base, a page at a time (RFC 2696). Throws Failure unavailable. */
export async function* searchEntries(settings: LdapSettings, search: LdapSearch): AsyncGenerator<readonly Entry[]> {
  let client: Client | undefined
  try {
    client = await open(settings, operationTimeout)
    if (settings.bindDn !== '') await client.bind(settings.bindDn, settings.password)
    const pages = client.searchPaginated(settings.base, {
      scope: 'sub',
      filter: search.filter,
      attributes: [...search.attributes],
      paged: { pageSize: search.pageSize ?? 200 },
    })
    for await (const page of pages) yield page.searchEntries
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('unavailable', 'the LDAP directory refuses the search', { cause })
  } finally {
    if (client) await close(client)
  }
}
