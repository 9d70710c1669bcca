/** Apache with mod_auth_mellon (lasso, xmlsec): an independent SAML service, on a port and folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfSigned } from '#server/certificate.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { freePort } from '../ports.ts'

const program = '/usr/sbin/apache2'
const modules = '/usr/lib/apache2/modules'

/** Why the peer cannot be tried here; undefined when it can. */
export const mellonMissing = (): string | undefined => {
  if (!existsSync(program)) return 'apache2 is not installed'
  return existsSync(join(modules, 'mod_auth_mellon.so')) ? undefined : 'libapache2-mod-auth-mellon is not installed'
}

export interface Mellon {
  readonly address: string
  readonly entityId: string
  stop(): Promise<void>
}

const configuration = (folder: string, port: number, entityId: string): string => `
ServerName http://127.0.0.1:${port}
UseCanonicalName On
ServerRoot ${folder}
DocumentRoot ${folder}/www
PidFile ${folder}/apache.pid
Mutex file:${folder}
ErrorLog ${folder}/error.log
LogLevel warn
Listen 127.0.0.1:${port}
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'auth_mellon']
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
MellonLockFile ${folder}/mellon.lock
<Location />
  Require all granted
  MellonEnable info
  MellonEndpointPath /mellon
  MellonSPentityId ${entityId}
  MellonSPPrivateKeyFile ${folder}/sp.key
  MellonSPCertFile ${folder}/sp.pem
  MellonIdPMetadataFile ${folder}/idp.xml
  MellonSignatureMethod rsa-sha256
  MellonSecureCookie Off
</Location>
<Location /private>
  AuthType Mellon
  MellonEnable auth
  Require valid-user
</Location>
`

/** Starts it with a key of its own and our metadata. */
export const startMellon = async (key: SelfSigned, idpMetadata: string): Promise<Mellon> => {
  const folder = await temporaryFolder()
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const entityId = `${address}/mellon/metadata`
  mkdirSync(join(folder, 'www', 'private'), { recursive: true })
  writeFileSync(join(folder, 'www', 'private', 'index.html'), 'the private page')
  writeFileSync(join(folder, 'www', 'index.html'), 'the public page')
  writeFileSync(join(folder, 'sp.key'), key.key)
  writeFileSync(join(folder, 'sp.pem'), key.certificate)
  writeFileSync(join(folder, 'idp.xml'), idpMetadata)
  const file = join(folder, 'apache.conf')
  writeFileSync(file, configuration(folder, port, entityId))
  // Its workers run as another user when we are root.
  chmodSync(folder, 0o777)
  const child: ChildProcess = spawn(program, ['-f', file, '-DFOREGROUND'], { stdio: 'inherit' })
  for (let tries = 0; tries < 1200; tries++) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      break
    if (child.exitCode !== null) throw new Error('apache2 did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    address,
    entityId,
    stop: async () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill('SIGTERM')
      await ended
    },
  }
}
