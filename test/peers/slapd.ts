/** A real OpenLDAP server with its own configuration, on ports of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeSelfSigned } from '#server/certificate.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { freePort } from '../ports.ts'

const program = ['/usr/sbin/slapd', '/usr/lib/openldap/slapd'].find((path) => existsSync(path))
const schemas = '/etc/ldap/schema'

/** Why there is no directory to talk to; undefined when there is one. */
export const slapdMissing = (): string | undefined => {
  if (program === undefined) return 'slapd is not installed'
  return existsSync(join(schemas, 'inetorgperson.schema')) ? undefined : 'the schemas of slapd are not installed'
}

export const base = 'dc=ent,dc=test'
export const manager = { dn: `cn=manager,${base}`, password: 'manager-secret' }

export interface Slapd {
  readonly url: string
  readonly secureUrl: string
  /** File of the certificate that TLS is proved by. */
  readonly ca: string
  /** Adds entries (LDIF). */
  add(ldif: string): void
  /** Changes entries (LDIF change records). */
  modify(ldif: string): void
  remove(...dns: string[]): void
  close(): Promise<void>
}

const configuration = (folder: string): string =>
  [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include ${schemas}/${name}.schema`),
    existsSync('/usr/lib/ldap/back_mdb.so') || existsSync('/usr/lib/ldap/back_mdb.la')
      ? 'modulepath /usr/lib/ldap\nmoduleload back_mdb'
      : '',
    `pidfile ${folder}/slapd.pid`,
    `TLSCertificateFile ${folder}/cert.pem`,
    `TLSCertificateKeyFile ${folder}/key.pem`,
    'database mdb',
    `suffix "${base}"`,
    `rootdn "${manager.dn}"`,
    `rootpw ${manager.password}`,
    `directory ${folder}/db`,
    'sizelimit size.soft=50 size.hard=50 size.prtotal=unlimited',
    'access to attrs=userPassword by anonymous auth by * none',
    'access to * by users read by * none',
    '',
  ].join('\n')

/** Starts a directory with its two top entries. */
export const startSlapd = async (): Promise<Slapd> => {
  const folder = await temporaryFolder()
  mkdirSync(join(folder, 'db'))
  const now = Date.now()
  const made = makeSelfSigned({
    names: ['localhost'],
    ips: ['127.0.0.1'],
    from: now - 86_400_000,
    until: now + 86_400_000,
  })
  writeFileSync(join(folder, 'cert.pem'), made.certificate)
  writeFileSync(join(folder, 'key.pem'), made.key, { mode: 0o600 })
  writeFileSync(join(folder, 'slapd.conf'), configuration(folder))
  const [port, securePort] = [await freePort(), await freePort()]
  const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`
  const child = spawn(program ?? 'slapd', ['-f', join(folder, 'slapd.conf'), '-h', urls, '-d', '0'], {
    stdio: 'ignore',
  })
  const run = (command: string, args: string[], input: string) =>
    execFileSync(command, ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', manager.dn, '-w', manager.password, ...args], {
      input,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  const top = `dn: ${base}\nobjectClass: dcObject\nobjectClass: organization\ndc: ent\no: ENT\n\ndn: ou=people,${base}\nobjectClass: organizationalUnit\nou: people\n`
  for (let tries = 0; ; tries++) {
    await wait(100)
    try {
      run('ldapadd', [], top)
      break
    } catch (error) {
      if (tries > 600 || child.exitCode !== null) throw error
    }
  }
  return {
    url: `ldap://127.0.0.1:${port}`,
    secureUrl: `ldaps://localhost:${securePort}`,
    ca: join(folder, 'cert.pem'),
    add: (ldif) => run('ldapadd', [], ldif),
    modify: (ldif) => run('ldapmodify', [], ldif),
    remove: (...dns) => run('ldapdelete', [], `${dns.join('\n')}\n`),
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}
