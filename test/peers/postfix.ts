/** A Postfix of our own, with a queue and a log in a folder of its own; it runs only as root, as Postfix does. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../ports.ts'

const run = promisify(execFile)

/** Why Postfix cannot run here, if so. */
export const postfixMissing = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'Postfix starts as root only'
  if (spawnSync('/usr/sbin/postconf', ['-d', 'mail_version']).status !== 0) return 'Postfix is not installed'
  return undefined
}

export interface Postfix {
  readonly port: number
  /** Messages delivered into the mailbox of a login at ailleurs.test. */
  mailbox(login: string): string[]
  log(): string
  stop(): Promise<void>
}

const master = (port: number): string => `
127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

/**
 * Starts it: the mail server of ailleurs.test. `zoe` has a mailbox there, `ancien` is forwarded to `forward`; mail for
 * the recipients of `transports` goes where they say.
 */
export const startPostfix = async (
  folder: string,
  options: { readonly transports: () => Readonly<Record<string, string>>; readonly forward: string },
): Promise<Postfix> => {
  const [port, uid, gid] = [
    await freePort(),
    ...['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postfix']))),
  ]
  const inside = (name: string) => join(folder, name)
  for (const name of ['etc', 'queue', 'data', 'mail']) mkdirSync(inside(name), { recursive: true })
  chmodSync(folder, 0o755)
  for (const name of ['data', 'mail']) chownSync(inside(name), uid ?? 0, gid ?? 0)
  const transports = Object.entries(options.transports()).map(([to, where]) => `{${to}=${where}}`)
  const main = {
    compatibility_level: '3.6',
    queue_directory: inside('queue'),
    data_directory: inside('data'),
    maillog_file: inside('log'),
    maillog_file_prefixes: folder,
    myhostname: 'mx.ailleurs.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    smtpd_peername_lookup: 'no',
    smtpd_relay_restrictions: 'permit_mynetworks,reject',
    smtpd_tls_security_level: 'none',
    smtp_tls_security_level: 'may',
    smtp_tls_loglevel: '1',
    smtp_dns_support_level: 'disabled',
    smtputf8_enable: 'yes',
    notify_classes: '',
    alias_maps: '',
    virtual_mailbox_domains: 'ailleurs.test',
    virtual_mailbox_base: inside('mail'),
    virtual_mailbox_maps: 'inline:{zoe@ailleurs.test=zoe/}',
    virtual_alias_maps: `inline:{ancien@ailleurs.test=${options.forward}}`,
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: '1',
    transport_maps: `inline:{${transports.join(', ')}}`,
  }
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(inside('etc/main.cf'), lines.join(''))
  writeFileSync(inside('etc/master.cf'), master(port))
  const log = (): string => readFileSync(inside('log'), 'utf8')
  await run('/usr/sbin/postfix', ['-c', inside('etc'), 'start']).catch((cause) => {
    throw new Error(`Postfix does not start: ${cause.stderr ?? ''}`, { cause })
  })
  return {
    port,
    log,
    mailbox: (login) => {
      const box = join(inside('mail'), login, 'new')
      try {
        return readdirSync(box).map((name) => readFileSync(join(box, name), 'utf8'))
      } catch {
        return [] // nothing has come yet
      }
    },
    stop: async () => {
      await run('/usr/sbin/postfix', ['-c', inside('etc'), 'stop'])
    },
  }
}
