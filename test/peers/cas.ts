/** CAS clients that others wrote, run by their own programs: Apache's mod_auth_cas and phpCAS; and a browser for them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const modules = '/usr/lib/apache2/modules'

/** Why mod_auth_cas cannot be tested here, if so. */
export const apacheMissing =
  existsSync('/usr/sbin/apache2') && existsSync(`${modules}/mod_auth_cas.so`)
    ? undefined
    : 'no Apache with mod_auth_cas (libapache2-mod-auth-cas)'

/** Why phpCAS cannot be tested here, if so. */
export const phpMissing =
  existsSync('/usr/bin/php') && existsSync('/usr/share/php/CAS.php') ? undefined : 'no phpCAS (php-cas, php-cli)'

export interface PeerProgram {
  readonly url: string
  close(): Promise<void>
}

const untilAnswers = async (url: string, child: ChildProcess, said: () => string): Promise<void> => {
  for (let i = 0; i < 600; i++) {
    if (child.exitCode !== null) throw new Error(`the peer ended:\n${said()}`)
    if (await fetch(url, { redirect: 'manual' }).catch(() => undefined)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the peer does not answer:\n${said()}`)
}

const runProgram = async (
  command: string,
  args: readonly string[],
  folder: string,
  port: number,
): Promise<PeerProgram> => {
  // Apache ends its whole process group when it stops: it gets one of its own.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(`${url}/open.txt`, child, () => said)
  return {
    url,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const newFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `convergence-${name}-`))
  for (const part of ['www', 'www/secret', 'www/class', 'cookies', 'sessions']) {
    mkdirSync(join(folder, part))
    chmodSync(join(folder, part), 0o777)
  }
  chmodSync(folder, 0o755)
  for (const page of ['www/open.txt', 'www/secret/page.txt', 'www/class/page.txt'])
    writeFileSync(join(folder, page), 'here\n')
  return folder
}

/** Apache with mod_auth_cas: `/secret` for whoever CAS knows, `/class` by an attribute. */
export const startApache = async (cas: string, port: number, saml: boolean): Promise<PeerProgram> => {
  const folder = newFolder('apache')
  const load = ['mpm_prefork', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_cas']
  const root = process.getuid?.() === 0
  writeFileSync(
    join(folder, 'apache.conf'),
    [
      ...load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
      'ServerName 127.0.0.1',
      `Listen 127.0.0.1:${port}`,
      `PidFile ${folder}/apache.pid`,
      `ErrorLog ${folder}/error.log`,
      ...(root ? ['User www-data', 'Group www-data'] : []),
      'StartServers 1',
      'MinSpareServers 1',
      'MaxSpareServers 2',
      `DocumentRoot ${folder}/www`,
      'CASVersion 2',
      `CASLoginURL ${cas}/cas/login`,
      `CASValidateURL ${cas}/cas/${saml ? 'samlValidate' : 'serviceValidate'}`,
      `CASValidateSAML ${saml ? 'On' : 'Off'}`,
      `CASCookiePath ${folder}/cookies/`,
      'CASSSOEnabled On',
      '<Location /secret>',
      'AuthType CAS',
      'Require valid-user',
      'Header always set X-User "expr=%{REMOTE_USER}"',
      '</Location>',
      '<Location /class>',
      'AuthType CAS',
      'Require cas-attribute ENTPersonProfils:National_3',
      '</Location>',
    ].join('\n'),
  )
  return runProgram('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], folder, port)
}

/** What the page of phpCAS says of the visitor, as JSON. */
export interface PhpVisitor {
  readonly user: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

/** PHP's own server with a page behind phpCAS. */
export const startPhp = async (
  cas: string,
  port: number,
  version: 'CAS_VERSION_2_0' | 'CAS_VERSION_3_0' | 'SAML_VERSION_1_1',
): Promise<PeerProgram> => {
  const folder = newFolder('php')
  const at = new URL(cas)
  const page = {
    CAS_VERSION_2_0: "phpCAS::setServerServiceValidateURL($cas . 'serviceValidate');",
    CAS_VERSION_3_0: "phpCAS::setServerServiceValidateURL($cas . 'p3/serviceValidate');",
    SAML_VERSION_1_1: "phpCAS::setServerSamlValidateURL($cas . 'samlValidate');",
  }[version]
  writeFileSync(
    join(folder, 'www/secret/index.php'),
    [
      '<?php',
      "require_once '/usr/share/php/CAS.php';",
      `$cas = '${cas}/cas/';`,
      `phpCAS::client(${version}, '${at.hostname}', ${at.port}, '/cas', 'http://127.0.0.1:${port}');`,
      "phpCAS::setServerLoginURL($cas . 'login?service=' . urlencode(phpCAS::getServiceURL()));",
      page,
      'phpCAS::setNoCasServerValidation();',
      'phpCAS::handleLogoutRequests(false);',
      'phpCAS::forceAuthentication();',
      "header('content-type: application/json');",
      "echo json_encode(['user' => phpCAS::getUser(), 'attributes' => (object) phpCAS::getAttributes()]);",
    ].join('\n'),
  )
  const settings = ['-d', `session.save_path=${folder}/sessions`, '-d', 'error_reporting=0', '-d', 'display_errors=0']
  return runProgram('/usr/bin/php', [...settings, '-S', `127.0.0.1:${port}`, '-t', `${folder}/www`], folder, port)
}

export interface Page {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** A browser without a screen: keeps cookies by origin and follows redirects, unless they lead to `until`. */
export const createBrowser = (cookies: Readonly<Record<string, string>> = {}) => {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (origin: string): Map<string, string> => {
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }
  for (const [origin, pair] of Object.entries(cookies)) jarOf(origin).set(...(pair.split('=', 2) as [string, string]))
  return {
    visit: async (address: string, until = /^$/): Promise<Page> => {
      let url = new URL(address)
      for (let i = 0; i < 12; i++) {
        const jar = jarOf(url.origin)
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
        for (const line of answer.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=', 2)
          jar.set(name, value)
        }
        const to = answer.headers.get('location')
        const body = await answer.text()
        if (to === null || until.test(to))
          return { url: url.href, status: answer.status, headers: answer.headers, body }
        url = new URL(to, url)
      }
      throw new Error(`too many redirects: ${url}`)
    },
  }
}
