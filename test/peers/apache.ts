/** An Apache of our own with mod_auth_openidc, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../ports.ts'

const program = '/usr/sbin/apache2'
const modules = '/usr/lib/apache2/modules'

/** Why it cannot run here, if so. */
export const apacheMissing = (): string | undefined => {
  if (!existsSync(program)) return 'Apache is not installed'
  return existsSync(`${modules}/mod_auth_openidc.so`) ? undefined : 'mod_auth_openidc is not installed'
}

export interface Apache {
  readonly origin: string
  log(): string
  stop(): Promise<void>
}

/** Starts it; `configure` writes what is particular, knowing its address. Everything below /inside/ is protected. */
export const startApache = async (folder: string, configure: (origin: string) => Promise<string>): Promise<Apache> => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const root = join(folder, 'root')
  mkdirSync(join(root, 'inside'), { recursive: true })
  for (const one of [folder, root, join(root, 'inside')]) chmodSync(one, 0o755)
  writeFileSync(join(root, 'inside', 'index.html'), 'you are inside\n')
  const particular = await configure(origin)
  const names = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'env', 'headers', 'mime', 'auth_openidc']
  const loaded = names.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  const asRoot = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []
  writeFileSync(
    join(folder, 'apache.conf'),
    [
      ...loaded,
      ...asRoot,
      `ServerName 127.0.0.1`,
      `ServerRoot ${folder}`,
      `PidFile ${join(folder, 'pid')}`,
      `DefaultRuntimeDir ${folder}`,
      `Mutex file:${folder} default`,
      `Listen 127.0.0.1:${port}`,
      `ErrorLog ${join(folder, 'error.log')}`,
      'LogLevel warn auth_openidc:info',
      'StartServers 1',
      `DocumentRoot ${root}`,
      'DirectoryIndex index.html',
      'TypesConfig /etc/mime.types',
      particular,
      '<Location /inside/>',
      '  AuthType openid-connect',
      '  Require valid-user',
      // The client of these tests is not a browser by its headers; it is sent to sign in all the same.
      '  OIDCUnAuthAction auth true',
      '  Header always set X-Person "%{OIDC_CLAIM_name}e"',
      '</Location>',
      '',
    ].join('\n'),
  )
  const child: ChildProcess = spawn(program, ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], { stdio: 'ignore' })
  const log = (): string =>
    existsSync(join(folder, 'error.log')) ? readFileSync(join(folder, 'error.log'), 'utf8') : ''
  for (let tries = 0; tries < 1200; tries++) {
    if (child.exitCode !== null) throw new Error(`Apache ended: ${log()}`)
    const there = await fetch(origin).then(
      () => true,
      () => false,
    )
    if (there) break
    await sleep(50)
  }
  return {
    origin,
    log,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}
