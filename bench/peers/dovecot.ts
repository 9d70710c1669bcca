/** Dovecot from Debian with a private configuration: mdbox, every delivery fsynced. Needs root. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryOfTree, quietTree } from './memory.ts'
import type { Peer } from './peer.ts'
import { waitForPort } from './port.ts'

const program = '/usr/sbin/dovecot'

/** Why Dovecot cannot be compared with here, or undefined. */
export const dovecotMissing = (): string | undefined => {
  if (!existsSync(program)) return 'Dovecot is not installed'
  if (!existsSync('/usr/lib/dovecot/lmtp')) return 'dovecot-lmtpd is not installed'
  return process.getuid?.() === 0 ? undefined : 'Dovecot needs root'
}

const configuration = (folder: string, ports: { imap: number; imaps: number; lmtp: number }): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap lmtp
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
mail_location = mdbox:~/mdbox
mail_fsync = always
first_valid_uid = 1
default_client_limit = 4000
default_process_limit = 2000
default_vsz_limit = 0
mail_max_userip_connections = 4000
passdb {
  driver = static
  args = password=bench
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
}
service imap-login {
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${ports.imaps}
    ssl = yes
  }
}
service lmtp {
  process_min_avail = 4
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
service imap {
  process_limit = 2000
}
protocol lmtp {
  auth_username_format = %u
}
`

/** Starts it with a certificate of ours; in `kept`, a folder that stays, or in a new one that is removed at the end. */
export const startDovecot = async (
  tls: { readonly cert: string; readonly key: string },
  kept?: string,
): Promise<Peer> => {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'dovecot-bench-')))
  const base = 20_000 + (process.pid % 20_000)
  const ports = { imap: base, imaps: base + 1, lmtp: base + 2 }
  await mkdir(join(folder, 'mail'), { recursive: true })
  await writeFile(join(folder, 'dovecot.conf'), configuration(folder, ports))
  await writeFile(join(folder, 'cert.pem'), tls.cert)
  await writeFile(join(folder, 'key.pem'), tls.key)
  await chmod(folder, 0o755)
  await chown(join(folder, 'mail'), 8, 8)
  const child = spawn(program, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: ['ignore', 'inherit', 'inherit'] })
  await waitForPort(ports.lmtp, () => readFile(join(folder, 'log'), 'utf8').catch(() => ''))
  return {
    name: 'dovecot',
    ...ports,
    address: (n) => `user${n}@example.org`,
    password: 'bench',
    memory: () => memoryOfTree(child.pid!),
    quiet: () => quietTree(child.pid!),
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      if (kept === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
