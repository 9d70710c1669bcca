/** Programs from the Debian shelf against the whole server, over TLS; one that is not installed is a stated skip. */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { imapClient, missing, openPeerServer, type PeerServer, password } from './rig.ts'

const run = promisify(execFile)

let server: PeerServer
let login: string
let client: ImapFlow
let folder: string
let count = 0

beforeAll(async () => {
  server = await openPeerServer()
})
afterAll(() => server?.close())
beforeEach(async () => {
  login = `usager${++count}`
  await server.account(login)
  client = await imapClient(server, login)
  folder = await mkdtemp(join(tmpdir(), 'convergence-peers-'))
})
afterEach(async () => {
  await client.logout()
  await rm(folder, { recursive: true, force: true })
})

const environment = () => ({ ...process.env, HOME: folder, TERM: 'xterm', LANG: 'C.UTF-8' })

const put = (name: string, lines: readonly string[], mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`, { mode })
  return path
}

const mail = (subject: string, text = `Texte de ${subject}`): string =>
  `From: Zoé <zoe@ecole.test>\r\nTo: ${login}@ecole.test\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x>\r\nSubject: ${subject}\r\n\r\n${text}\r\n`

const sources = async (path: string): Promise<string[]> => {
  await client.mailboxOpen(path)
  const found: string[] = []
  for await (const { source } of client.fetch('1:*', { source: true })) found.push(source?.toString('utf8') ?? '')
  await client.mailboxClose()
  return found
}

describe.skipIf(missing('offlineimap'))('offlineimap (skipped where it is not installed)', () => {
  const sync = async (): Promise<void> => {
    const settings = put('offlineimaprc', [
      '[general]',
      'accounts = us',
      'ui = quiet',
      `metadata = ${folder}/metadata`,
      '[Account us]',
      'localrepository = here',
      'remoterepository = there',
      '[Repository here]',
      'type = Maildir',
      `localfolders = ${folder}/mail`,
      '[Repository there]',
      'type = IMAP',
      'remotehost = 127.0.0.1',
      `remoteport = ${server.ports.imaps}`,
      'ssl = yes',
      `cert_fingerprint = ${server.fingerprint}`,
      `remoteuser = ${login}`,
      `remotepass = ${password}`,
    ])
    await run('offlineimap', ['-o', '-c', settings], { env: environment(), timeout: 60_000 })
  }
  const local = (path: string): string[] =>
    ['cur', 'new'].flatMap((part) =>
      readdirSync(join(folder, 'mail', path, part)).map((name) => join(folder, 'mail', path, part, name)),
    )

  test('carries messages and deletions both ways', async () => {
    for (const subject of ['un', 'deux']) await client.append('INBOX', mail(subject))
    await sync()
    expect(local('INBOX').length).toBe(2)
    mkdirSync(join(folder, 'mail/INBOX/cur'), { recursive: true })
    writeFileSync(join(folder, 'mail/INBOX/cur/1.trois.ici:2,S'), mail('trois').replaceAll('\r\n', '\n'))
    await client.mailboxOpen('INBOX')
    await client.messageDelete('1')
    await client.mailboxClose()
    await sync()
    expect((await sources('INBOX')).map((text) => /Subject: (\w+)/.exec(text)?.[1])).toEqual(['deux', 'trois'])
    expect(
      local('INBOX')
        .map((path) => /Subject: (\w+)/.exec(readFileSync(path, 'utf8'))?.[1])
        .sort(),
    ).toEqual(['deux', 'trois'])
  }, 90_000)
})

describe.skipIf(missing('fetchmail'))('fetchmail (skipped where it is not installed)', () => {
  test('takes the mail of one account and delivers it by LMTP to another', async () => {
    const target = `relais${count}`
    await server.account(target)
    for (const subject of ['un', 'deux', 'trois'])
      await client.append('INBOX', mail(subject, '.point\r\n..deux points'))
    const settings = put('fetchmailrc', [
      `poll 127.0.0.1 protocol imap port ${server.ports.imaps} username "${login}" password "${password}"`,
      `ssl no sslcertck lmtp smtphost 127.0.0.1/${server.ports.lmtp} smtpname ${target}@ecole.test fetchall no keep`,
    ])
    await run('fetchmail', ['-f', settings, '--idfile', join(folder, 'ids'), '--pidfile', join(folder, 'pid')], {
      env: environment(),
      timeout: 60_000,
    })
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 })
    const other = await imapClient(server, target)
    await other.mailboxOpen('INBOX')
    const texts: string[] = []
    for await (const { source } of other.fetch('1:*', { source: true })) texts.push(source?.toString('utf8') ?? '')
    await other.logout()
    expect(texts.length).toBe(3)
    for (const text of texts) expect(text).toMatch(/\r\n\r\n\.point\r\n\.\.deux points\r\n$/)
  }, 90_000)
})

describe.skipIf(missing('msmtp'))('msmtp (skipped where it is not installed)', () => {
  test.each(['submissions', 'submission'] as const)(
    'sends over %s, and the mail is there',
    async (door) => {
      const settings = put('msmtprc', [
        'account us',
        'host 127.0.0.1',
        `port ${server.ports[door]}`,
        'auth on',
        `user ${login}`,
        `password ${password}`,
        `from ${login}@ecole.test`,
        'tls on',
        `tls_starttls ${door === 'submission' ? 'on' : 'off'}`,
        'tls_certcheck off',
      ])
      const text = mail('Par msmtp', 'Déjà.\r\n.').replace(/From: .*/, `From: ${login}@ecole.test`)
      const child = run('msmtp', ['-C', settings, '-a', 'us', '--', `${login}@ecole.test`], {
        env: environment(),
        timeout: 30_000,
      })
      child.child.stdin?.end(text.replaceAll('\r\n', '\n'))
      await child
      const [received = ''] = await sources('INBOX')
      expect(received.endsWith('\r\n\r\nDéjà.\r\n.\r\n')).toBe(true)
    },
    60_000,
  )
})

describe.skipIf(missing('mutt', '-v') || missing('msmtp') || missing('script'))(
  'mutt (skipped where it is not installed)',
  () => {
    test('reads, answers through our submission door, and deletes', async () => {
      const colleague = `collegue${count}`
      await server.account(colleague)
      await client.append('INBOX', mail('Question').replace(/From: .*/, `From: ${colleague}@ecole.test`))
      await client.append('INBOX', mail('Inutile'))
      const settings = put('muttrc', [
        `set folder=imaps://127.0.0.1:${server.ports.imaps}/ spoolfile=+INBOX record="+Envoyés"`,
        `set imap_user=${login} imap_pass="${password}" smtp_pass="${password}"`,
        `set smtp_url=smtps://${login}@127.0.0.1:${server.ports.submissions}/`,
        `set from=${login}@ecole.test use_from=yes ssl_verify_host=no ssl_verify_dates=no ssl_ca_certificates_file=${server.certificate}`,
        'set quit=yes delete=yes move=no copy=yes include=yes fast_reply=yes confirmappend=no abort_unmodified=no autoedit=yes editor="true"',
        'set imap_check_subscribed=no imap_idle=no header_cache= certificate_file= sleep_time=0 assumed_charset=utf-8',
        'push "<search>~s Question<enter><reply><send-message><delete-pattern>~s Inutile<enter><sync-mailbox><quit>"',
      ])
      await run('script', ['-qec', `mutt -n -F ${settings}`, '/dev/null'], { env: environment(), timeout: 40_000 })
      expect((await sources('INBOX')).map((text) => /Subject: (.*)\r/.exec(text)?.[1])).toEqual(['Question'])
      const [kept = ''] = await sources('Envoyés')
      expect(kept).toMatch(/^Subject: Re: Question/m)
      const other = await imapClient(server, colleague)
      await other.mailboxOpen('INBOX')
      const answer = await other.fetchOne('*', { source: true, envelope: true })
      await other.logout()
      expect((answer || undefined)?.envelope).toMatchObject({ subject: 'Re: Question', inReplyTo: '<Question@x>' })
    }, 90_000)
  },
)
