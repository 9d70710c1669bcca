/** A ManageSieve client that others wrote, and mail that the script it put there files. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imapClient, openPeerServer, type PeerServer, password } from './rig.ts'

const reason = spawnSync('sieve-connect', ['--help']).error === undefined ? undefined : 'sieve-connect is not installed'

describe.skipIf(reason !== undefined)(`sieve-connect (${reason ?? 'installed'})`, () => {
  let server: PeerServer
  beforeAll(async () => {
    server = await openPeerServer()
    await server.account('lea', { locale: 'en' })
  })
  afterAll(() => server?.close())

  /** Runs the client with more arguments; resolves to its exit code and all it says. */
  const run = (...args: string[]): Promise<{ code: number | null; said: string }> =>
    new Promise((resolve, reject) => {
      const where = ['--server', '127.0.0.1', '--port', String(server.ports.sieve), '--notlsverify']
      const child = spawn('sieve-connect', [...where, '--user', 'lea', '--passwordfd', '0', ...args])
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, said }))
      child.stdin.end(`${password}\n`)
    })

  test('scripts are uploaded, listed, activated, downloaded and deleted over STARTTLS', async () => {
    const local = join(server.folder, 'main.sieve')
    const text =
      'require ["fileinto", "mailbox"];\nif header :contains "subject" "Meeting" { fileinto :create "Meetings"; }\n'
    writeFileSync(local, text)
    const upload = await run('--localsieve', local, '--remotesieve', 'main', '--upload')
    expect(upload.said).not.toMatch(/fail|error/i)
    expect(upload.code).toBe(0)
    expect((await run('--remotesieve', 'main', '--activate')).code).toBe(0)
    expect((await run('--list')).said).toMatch(/"main" ACTIVE/)
    const copy = join(server.folder, 'copy.sieve')
    await run('--remotesieve', 'main', '--localsieve', copy, '--download')
    expect(readFileSync(copy, 'utf8').replaceAll('\r\n', '\n')).toBe(text)
  })

  test('what it put there files the mail that comes', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: server.ports.submissions,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: 'lea', pass: password },
    })
    await transport.sendMail({ from: 'lea@ecole.test', to: 'lea@ecole.test', subject: 'Meeting', text: 'At six.' })
    const client = await imapClient(server, 'lea')
    expect(await client.status('Meetings', { messages: true })).toMatchObject({ messages: 1 })
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 })
    await client.logout()
  })

  test('a wrong script is refused with its line', async () => {
    const local = join(server.folder, 'wrong.sieve')
    writeFileSync(local, 'keep;\nfileinto "x";\n')
    expect((await run('--localsieve', local, '--remotesieve', 'wrong', '--upload')).said).toMatch(/line 2, column 1/)
    expect((await run('--remotesieve', 'main', '--delete')).said).toMatch(/active/i)
  })
})
