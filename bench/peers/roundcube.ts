/** Roundcube from Debian behind nginx and php-fpm, on a Dovecot of ours, with a private configuration. Needs root. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitForPort } from './port.ts'

const nginx = '/usr/sbin/nginx'
const root = '/var/lib/roundcube'

const fpm = (): string | undefined => globSync('/usr/sbin/php-fpm*')[0]

/** Why Roundcube cannot be compared with here, or undefined. */
export const roundcubeMissing = (): string | undefined => {
  if (!existsSync(join(root, 'public_html')) || !existsSync('/usr/share/roundcube/SQL/sqlite.initial.sql'))
    return 'Roundcube is not installed (roundcube-core roundcube-sqlite3)'
  if (!existsSync(nginx) || fpm() === undefined) return 'nginx or php-fpm is not installed'
  return process.getuid?.() === 0 ? undefined : 'Roundcube needs root'
}

const nginxConfiguration = (folder: string, port: number): string => `
daemon off;
user www-data;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
worker_processes 2;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  gzip on;
  gzip_types text/css application/javascript text/javascript image/svg+xml application/json;
  client_body_temp_path ${folder}/body;
  fastcgi_temp_path ${folder}/fastcgi;
  proxy_temp_path ${folder}/proxy;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${root}/public_html;
    index index.php;
    location ~ \\.(css|js|png|svg|woff2?|gif|jpg)$ { root ${root}; expires 30d; try_files $uri /public_html$uri =404; }
    location ~ \\.php(/|$) {
      fastcgi_split_path_info ^(.+\\.php)(/.*)$;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_pass unix:${folder}/fpm.sock;
    }
  }
}
`

/** Roundcube's settings, over those of Debian's own file. */
const settings = (folder: string, imap: number): Readonly<Record<string, string>> => ({
  DB_DSNW: `sqlite:///${folder}/db/roundcube.db?mode=0640`,
  // Debian gives a list, and what replaces it is one too.
  IMAP_HOST: JSON.stringify([`127.0.0.1:${imap}`]),
  TEMP_DIR: `${folder}/temp`,
  LOG_DIR: `${folder}/temp`,
  SKIN: 'elastic',
  LANGUAGE: 'fr_FR',
  MAIL_PAGESIZE: '50',
  IMAP_CACHE: 'db',
  MESSAGES_CACHE: 'db',
})

const fpmConfiguration = (folder: string, imap: number): string => `
[global]
error_log = ${folder}/fpm.log
daemonize = no
[www]
user = www-data
group = www-data
listen = ${folder}/fpm.sock
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 4
${Object.entries(settings(folder, imap))
  .map(([name, value]) => `env[ROUNDCUBE_${name}] = '${value}'`)
  .join('\n')}
php_admin_value[opcache.enable] = 1
php_admin_value[session.save_path] = ${folder}/temp
`

export interface Roundcube {
  readonly url: string
  stop(): Promise<void>
}

/** Starts it on an IMAP server, from an empty database. */
export const startRoundcube = async (imap: number): Promise<Roundcube> => {
  const folder = await mkdtemp(join(tmpdir(), 'roundcube-bench-'))
  const port = 21_500 + (process.pid % 20_000)
  await chmod(folder, 0o755)
  for (const name of ['db', 'temp', 'body', 'fastcgi', 'proxy', 'uwsgi', 'scgi']) {
    await mkdir(join(folder, name))
    await chown(join(folder, name), 33, 33)
  }
  await writeFile(join(folder, 'nginx.conf'), nginxConfiguration(folder, port))
  await writeFile(join(folder, 'fpm.conf'), fpmConfiguration(folder, imap))
  const database = join(folder, 'db', 'roundcube.db')
  const made = spawnSync('php', [
    '-r',
    `$db = new PDO('sqlite:${database}'); $db->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));`,
  ])
  if (made.status !== 0) throw new Error(`the database was not made: ${made.stderr}`)
  await chown(database, 33, 33)
  const children: ChildProcess[] = [
    spawn(fpm() ?? '', ['-y', join(folder, 'fpm.conf'), '-F'], { stdio: ['ignore', 'ignore', 'inherit'] }),
    spawn(nginx, ['-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] }),
  ]
  await waitForPort(port, async () => '')
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await gone
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}
