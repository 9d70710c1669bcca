/**
 * Every setting, once: its default, how it is read and what it is for. The file `convergence.json` may nest them
 * (`{"listen": {"imap": 143}}`); the environment names them CONVERGENCE_LISTEN_IMAP.
 */
import { isIP } from 'node:net'

/** Where a listener is: an address and a port, a socket file, or nowhere. */
export type Endpoint = { readonly host: string | undefined; readonly port: number } | { readonly path: string } | 'off'

/** `auto` is chosen at start: see `endpointOf` in config.ts. */
export type ListenSetting = Endpoint | 'auto'

/** Thrown by a reader; the message completes "SETTING: ...". */
export class BadSetting extends Error {}

const bad = (why: string): never => {
  throw new BadSetting(why)
}

type Read<T> = (value: unknown) => T

const text: Read<string> = (value) => (typeof value === 'string' ? value.trim() : bad('must be a text'))

const optional =
  <T>(read: Read<T>): Read<T | undefined> =>
  (value) =>
    value === '' || value === null ? undefined : read(value)

const oneOf =
  <const T extends string>(...words: T[]): Read<T> =>
  (value) =>
    words.find((word) => word === value) ?? bad(`must be one of ${words.join(', ')}`)

const truth: Read<boolean> = (value) => {
  if (value === true || value === 'true' || value === '1' || value === 'yes') return true
  if (value === false || value === 'false' || value === '0' || value === 'no') return false
  return bad('must be true or false')
}

const whole =
  (least: number, most: number): Read<number> =>
  (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most
      ? number
      : bad(`must be a whole number from ${least} to ${most}`)
  }

const sizeUnits: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** Octets: `52428800`, `50M`, `2 GB`. */
export const readSize: Read<number> = (value) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?[bo]?$/i.exec(String(value).trim())
  const unit = sizeUnits[match?.[2]?.toLowerCase() ?? '']
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : bad('must be a size such as 50M or 2G')
}

const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value) =>
    (Array.isArray(value)
      ? value
      : text(value)
          .split(/[\s,]+/)
          .filter(Boolean)
    ).map(read)

const domainForm = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const domain: Read<string> = (value) => {
  const name = text(value).toLowerCase().replace(/\.$/, '')
  return domainForm.test(name) ? name : bad(`${JSON.stringify(value)} is not a domain name (ASCII form)`)
}

const url: Read<string> = (value) => {
  const given = text(value)
  return /^https?:$/.test(URL.parse(given)?.protocol ?? '')
    ? given.replace(/\/+$/, '')
    : bad('must be an http(s) address')
}

const ldapUrl: Read<string> = (value) => {
  const given = text(value)
  return /^ldaps?:$/.test(URL.parse(given)?.protocol ?? '') ? given : bad('must be ldaps://host or ldap://host')
}

/** `ours=theirs` or `ours=theirs|theirs`. */
const attributePair: Read<string> = (value) => {
  const given = text(value)
  return /^[A-Za-z]+=[A-Za-z][\w;-]*(?:\|[A-Za-z][\w;-]*)*$/.test(given)
    ? given
    : bad('must be name=attribute|attribute')
}

const databaseUrl: Read<string> = (value) => {
  const given = text(value)
  return given === 'sqlite' || /^postgres(?:ql)?:\/\//.test(given) ? given : bad('must be sqlite or postgres://...')
}

const portOf = (digits: string | undefined): number => {
  const port = Number(digits)
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : bad('has a port that is not one')
}

/** `off`, `143`, `:143`, `0.0.0.0:143`, `[::]:143`, `/run/lmtp.sock`. */
const endpoint: Read<ListenSetting> = (value) => {
  if (value === false || value === 'off' || value === '') return 'off'
  const given = String(value).trim()
  if (given === 'auto') return 'auto'
  if (given.startsWith('/') || given.startsWith('./')) return { path: given }
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*))?(?::)?(\d{1,5})$/.exec(given.includes(':') ? given : `:${given}`)
  if (!match) return bad('must be a port, host:port, [ipv6]:port, the path of a socket, or off')
  const host = match[1] ?? match[2] ?? ''
  return { host: host === '' ? undefined : host, port: portOf(match[3]) }
}

/** `127.0.0.1`, `127.0.0.1:53`, `::1`, `[::1]:53`. */
const resolverAddress: Read<string> = (value) => {
  const given = text(value)
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(given) ?? []
  const ip = six ?? four ?? given
  if (port !== undefined) portOf(port)
  return isIP(ip) !== 0 ? given : bad('must be an address, with a port or not: 127.0.0.1, [::1]:53')
}

const network: Read<string> = (value) => {
  const given = text(value)
  const [ip = '', bits] = given.split('/')
  return isIP(ip) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
    ? given
    : bad('must be an address or a network')
}

export interface Setting<T> {
  readonly byDefault: T
  readonly read: Read<T>
  readonly about: string
  /** Never shown. */
  readonly secret?: true
}

const setting = <T>(byDefault: T, read: Read<T>, about: string, extra: { secret?: true } = {}): Setting<T> => ({
  byDefault,
  read,
  about,
  ...extra,
})

const listens = (about: string) => setting<ListenSetting>('auto', endpoint, about)

export const settings = {
  hostname: setting(
    '',
    (value) => (value === '' ? '' : domain(value)),
    'Public name of this server, as in MX records and certificates; `mail.` and the first domain by default',
  ),
  domains: setting<readonly string[]>(
    ['ac-demo.test'],
    list(domain),
    'Domains whose mail is delivered here; the first one completes a bare identifier',
  ),
  'public-url': setting<string | undefined>(
    undefined,
    optional(url),
    'Address of the web app, when a proxy gives it another one',
  ),
  academy: setting('', text, 'Name of the académie, on printed sheets; the first domain when empty'),
  brand: setting<string | undefined>(
    undefined,
    optional(text),
    'File with the name, logo, icon and colour of the académie (docs/branding.md); none: those of the program',
  ),
  locale: setting<'fr' | 'en'>('fr', oneOf('fr', 'en'), 'Language of new accounts'),
  database: setting(
    'sqlite',
    databaseUrl,
    '`sqlite` (a file in the data folder) or postgres://user:password@host/database',
    { secret: true },
  ),
  'blobs.driver': setting<'local' | 's3'>(
    'local',
    oneOf('local', 's3'),
    'Where large messages rest: `local` (the data folder) or `s3`',
  ),
  'blobs.bucket': setting('', text, 'S3: the bucket'),
  'blobs.endpoint': setting<string | undefined>(
    undefined,
    optional(url),
    'S3: address of the service, when it is not Amazon',
  ),
  'blobs.region': setting('eu-west-3', text, 'S3: the region'),
  'blobs.prefix': setting('', text, 'S3: what the names of our objects begin with'),
  'blobs.access-key': setting('', text, 'S3: access key; the usual AWS variables when empty', { secret: true }),
  'blobs.secret-key': setting('', text, 'S3: secret key', { secret: true }),
  'listen.host': setting<string | undefined>(
    undefined,
    optional(text),
    'Address for listeners that name none; this machine only in a demonstration, all addresses otherwise',
  ),
  'listen.http': listens('Web app and JMAP without TLS; give it to a proxy, or to this machine only'),
  'listen.https': listens('Web app and JMAP over TLS'),
  'listen.imap': listens('IMAP with STARTTLS'),
  'listen.imaps': listens('IMAP over TLS'),
  'listen.smtp': listens('Incoming mail (MX)'),
  'listen.submission': listens('Mail from programs, with STARTTLS'),
  'listen.submissions': listens('Mail from programs, over TLS'),
  'listen.lmtp': listens('Local delivery (LMTP); this machine only, or a socket file'),
  'listen.sieve': listens('Filter scripts (ManageSieve) with STARTTLS'),
  'listen.admin': setting<ListenSetting>(
    'off',
    endpoint,
    'Health and metrics for monitoring; without it metrics are given to this machine only',
  ),
  'listen.status': setting<ListenSetting>(
    'off',
    endpoint,
    'Standby that serves the status, the guides and the contacts when the server does not: see docs/status.md',
  ),
  'tls.certificate': setting<string | undefined>(
    undefined,
    optional(text),
    'File of the certificate chain (PEM), read again when it changes; self-signed without it',
  ),
  'tls.key': setting<string | undefined>(undefined, optional(text), 'File of the private key (PEM)'),
  'http.trusted-proxies': setting<readonly string[]>(
    [],
    list(network),
    'Proxies whose X-Forwarded-* headers are believed',
  ),
  'outgoing.smarthost': setting<string | undefined>(
    undefined,
    optional(text),
    'host:port that takes all outgoing mail; MX records are looked up without it',
  ),
  'outgoing.user': setting('', text, 'Smarthost: user'),
  'outgoing.password': setting('', text, 'Smarthost: password', { secret: true }),
  'outgoing.tls': setting<'try' | 'starttls' | 'always'>(
    'try',
    oneOf('try', 'starttls', 'always'),
    'Smarthost: TLS when offered, required, or from the first octet',
  ),
  'outgoing.enabled': setting<boolean | undefined>(
    undefined,
    optional(truth),
    'false keeps mail for other domains in the queue; so does a demonstration without a smarthost',
  ),
  'outgoing.messages-per-connection': setting(
    100,
    whole(1, 10_000),
    'Messages sent to another server by one connection, at most; 1: each has its own',
  ),
  'outgoing.srs': setting(
    true,
    truth,
    'Whether what filters pass on leaves under a sender of the first domain that leads back to its author (SRS), so that SPF holds',
  ),
  'outgoing.arc': setting(
    true,
    truth,
    'Whether what filters pass on bears, sealed, what this server has verified of it (ARC)',
  ),
  'outgoing.dnssec-resolver': setting<string | undefined>(
    undefined,
    optional(resolverAddress),
    'Address of a DNS resolver that validates (DNSSEC), best on this machine: `127.0.0.1`, `[::1]:53`. With it the certificates that other domains name in the DNS are demanded (DANE)',
  ),
  'outgoing.mta-sts': setting(
    true,
    truth,
    'Whether the policies by which other domains ask for verified TLS are looked up and kept (MTA-STS); a smarthost sees to that itself',
  ),
  'outgoing.web-proxy': setting<string | undefined>(
    undefined,
    optional(text),
    'host:port of the HTTP proxy by which this server fetches pictures of messages, policies of other domains (MTA-STS) and unsubscribes; directly without it',
  ),
  'mta-sts.mode': setting<'off' | 'none' | 'testing' | 'enforce'>(
    'testing',
    oneOf('off', 'none', 'testing', 'enforce'),
    'What our policy asks of those who send to us, once the DNS announces it (MTA-STS, docs/mail-transport.md)',
  ),
  'mta-sts.mx': setting<readonly string[]>(
    [],
    list((value) => (text(value).startsWith('*.') ? `*.${domain(text(value).slice(2))}` : domain(value))),
    'Mail servers that our policy names, as in the MX records; this server when empty',
  ),
  'mta-sts.max-age-days': setting(7, whole(1, 365), 'Days for which others keep our policy'),
  'images.proxy': setting(
    true,
    truth,
    'false: remote pictures of messages are never shown; true: they are fetched by this server when the reader allows them',
  ),
  'images.size': setting(10 * 1024 ** 2, readSize, 'Largest remote picture'),
  'images.cache': setting(64 * 1024 ** 2, readSize, 'Memory for remote pictures, shared by all readers'),
  'store.change-days': setting(
    30,
    whole(0, 3650),
    'Days that changes are remembered: a program away for longer compares all it has; 0 keeps them for ever',
  ),
  'limits.message': setting(50 * 1024 ** 2, readSize, 'Largest message'),
  'limits.quota': setting(0, readSize, 'Quota of new accounts; 0 is none'),
  'files.max-size': setting(2 * 1024 ** 3, readSize, 'Largest file sent as a link'),
  'files.quota': setting(5 * 1024 ** 3, readSize, 'What one person may share as links at a time; 0: no links'),
  'files.pupils': setting(false, truth, 'Whether pupils, too, may share files as links that open to anybody'),
  'files.days': setting(30, whole(1, 365), 'Days that a link lives, at most'),
  'limits.connections': setting(20_000, whole(10, 1_000_000), 'Connections of each listener'),
  'limits.connections-per-address': setting(1000, whole(1, 1_000_000), 'Connections of one address to each listener'),
  'people.session-idle-hours': setting(12, whole(1, 8760), 'A browser session ends after so many unused hours'),
  'people.session-days': setting(7, whole(1, 365), 'A browser session ends after so many days'),
  'people.session-shared-idle-minutes': setting(
    30,
    whole(2, 1440),
    'A session on a shared computer ends after so many unused minutes',
  ),
  'people.second-factor-for': setting<readonly ('administrator' | 'staff' | 'parent' | 'pupil')[]>(
    ['administrator'],
    list(oneOf('administrator', 'staff', 'parent', 'pupil')),
    'Who must have a passkey or a code app; administrators (of the platform, heads and delegated persons) administer only with one',
  ),
  'people.password-for-programs': setting<boolean | 'always'>(
    true,
    (value) => (value === 'always' ? 'always' : truth(value)),
    'Whether mail programs may use the password: `true`, unless the account has a second factor; `false`, they need an app password; `always`, even then (they pass the second factor by)',
  ),
  'people.administrator-password-days': setting(
    0,
    whole(0, 3650),
    'Administrators choose another password after so many days; 0 never. Nobody else’s expires (CNIL 2022-100)',
  ),
  'passwords.pupil': setting(8, whole(8, 64), 'Fewest characters of a pupil’s password'),
  'passwords.parent': setting(10, whole(8, 64), 'Fewest characters of a parent’s password'),
  'passwords.staff': setting(12, whole(8, 64), 'Fewest characters of a staff password'),
  'passwords.administrator': setting(16, whole(12, 64), 'Fewest characters of an administrator’s password'),
  'people.contact': setting(
    '',
    (value) => text(value).toLowerCase(),
    'Login of the account that gets postmaster@, abuse@, security@, noc@, hostmaster@ and webmaster@ of every domain where nobody has these addresses; the first administrator when empty',
  ),
  'people.self-erasure': setting(
    false,
    truth,
    'true: people may have their own account erased; otherwise they ask their administration',
  ),
  'audit.retention-months': setting(
    12,
    whole(6, 36),
    'Months that the audit log is kept: six to twelve, more only with a documented need (CNIL 2021-122)',
  ),
  'people.plaintext-login': setting(
    false,
    truth,
    'true: IMAP takes passwords without TLS; only where a proxy on this machine does the TLS',
  ),
  'ldap.url': setting<string | undefined>(
    undefined,
    optional(ldapUrl),
    'Directory that is the source of truth for people (ldaps://host); `convergence directory sync` reads it',
  ),
  'ldap.start-tls': setting(false, truth, 'true: an ldap:// connection is encrypted before anything is said'),
  'ldap.ca': setting<string | undefined>(
    undefined,
    optional(text),
    'File of the authority that signed the directory’s certificate (PEM)',
  ),
  'ldap.bind-dn': setting('', text, 'Name under which the directory is read; anonymous when empty'),
  'ldap.password': setting('', text, 'Password of that name', { secret: true }),
  'ldap.base': setting('', text, 'Where people and schools are, such as dc=ent,dc=example'),
  'ldap.filter': setting('(objectClass=inetOrgPerson)', text, 'Which entries are people'),
  'ldap.schools-filter': setting('(ENTStructureUAI=*)', text, 'Which entries are schools'),
  'ldap.attributes': setting<readonly string[]>(
    [],
    list(attributePair),
    'Names of attributes where they differ from the SDET: `uai=departmentNumber, login=uid|cn`; see the guide',
  ),
  'ldap.academy': setting('03', text, 'Code of the académie, which completes join keys'),
  'ldap.adopt': setting(
    false,
    truth,
    'true: accounts that exist with the same join key or identifier become the directory’s; administrators never do',
  ),
  'ldap.passwords': setting(
    false,
    truth,
    'true: the passwords of these people are the directory’s, checked by asking it; ours are not used',
  ),
  'ldap.guard-percent': setting(
    5,
    whole(1, 100),
    'When more than this share of a school would disappear, nobody is suspended and somebody must look',
  ),
  'phishing.address': setting(
    '',
    text,
    'Address to which suspicious messages are forwarded, preferably as attachments: a local part, or an address; none when empty',
  ),
  'sso.cas-ticket-seconds': setting(30, whole(5, 60), 'A CAS ticket must be validated within so many seconds'),
  'tickets.address': setting(
    '',
    text,
    'Support address whose mail becomes requests for help: a local part, or an address; none when empty',
  ),
  'tickets.escalate-hours': setting(
    48,
    whole(0, 720),
    'A request that nobody of the school has answered goes to the académie after so many hours; 0: never',
  ),
  'tickets.retention-months': setting(12, whole(1, 60), 'Closed requests for help are kept so many months'),
  'trace.days': setting(
    30,
    whole(1, 365),
    'What became of mail and of refused sign-ins (times, domains, sizes, rules; no content) is kept so many days',
  ),
  'status.interval-seconds': setting(
    60,
    whole(0, 3600),
    'The components of the status page are checked every so many seconds; 0: never',
  ),
  'status.folder': setting(
    '',
    text,
    'Folder of the static copy of the public pages; `public` in the data folder when empty',
  ),
  'status.start-standby': setting(true, truth, 'false: the server does not start the standby of listen.status itself'),
  'demo.services': setting(true, truth, 'false: a demonstration starts without its services (Arena, PIA, Pratic, ENT)'),
  'log.level': setting<'debug' | 'info' | 'warn' | 'error'>(
    'info',
    oneOf('debug', 'info', 'warn', 'error'),
    'What is logged',
  ),
  'log.format': setting<'auto' | 'json' | 'pretty'>(
    'auto',
    oneOf('auto', 'json', 'pretty'),
    'auto: for people on a terminal, JSON lines elsewhere',
  ),
} as const

export type SettingName = keyof typeof settings
export type SettingValues = { readonly [K in SettingName]: (typeof settings)[K] extends Setting<infer T> ? T : never }

/** `listen.imap` is CONVERGENCE_LISTEN_IMAP. */
export const environmentName = (name: string): string => `CONVERGENCE_${name.toUpperCase().replace(/[.-]/g, '_')}`
