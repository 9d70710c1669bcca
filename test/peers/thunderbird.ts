/** Thunderbird without a screen, with a profile of its own, driven over Marionette (Mozilla's remote protocol). */
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../ports.ts'
import { domain, type PeerServer, password } from './rig.ts'

const profile = (folder: string, server: PeerServer, login: string, marionette: number): void => {
  mkdirSync(folder, { recursive: true })
  const preferences = {
    'app.update.enabled': false,
    'app.donation.eoy.version.viewed': 999,
    'datareporting.policy.dataSubmissionEnabled': false,
    'mail.rights.version': 1,
    'mail.shell.checkDefaultClient': false,
    'mail.spotlight.firstRunDone': true,
    'mailnews.start_page.enabled': false,
    'marionette.port': marionette,
    'mail.accountmanager.accounts': 'account1',
    'mail.accountmanager.defaultaccount': 'account1',
    'mail.account.account1.identities': 'id1',
    'mail.account.account1.server': 'server1',
    'mail.identity.id1.fullName': login,
    'mail.identity.id1.useremail': `${login}@${domain}`,
    'mail.identity.id1.valid': true,
    'mail.server.server1.type': 'imap',
    'mail.server.server1.name': login,
    'mail.server.server1.hostname': 'localhost',
    'mail.server.server1.port': server.ports.imaps,
    'mail.server.server1.socketType': 3,
    'mail.server.server1.authMethod': 3,
    'mail.server.server1.userName': login,
    'mail.server.server1.login_at_startup': false,
  }
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`)
  writeFileSync(join(folder, 'user.js'), lines.join(''))
  const { fingerprint256 } = new X509Certificate(readFileSync(server.certificate))
  const override = `localhost:${server.ports.imaps}:\tOID.2.16.840.1.101.3.4.2.1\t${fingerprint256}\t\n`
  writeFileSync(join(folder, 'cert_override.txt'), override)
}

/** Names that the scripts below may use. */
const prelude = (login: string): string => `
const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
const server = MailServices.accounts.accounts.find(({ incomingServer }) => incomingServer.type === 'imap').incomingServer
const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox)
const messages = () => (inbox ? [...inbox.messages] : [])
const signIn = async (password) => {
  const known = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
  known.init('imap://localhost', null, 'imap://localhost', '${login}', password, '', '')
  await Services.logins.addLoginAsync(known)
}
`

type Packet = readonly [direction: number, id: number, error: { message: string } | null, result: { value?: unknown }]

class Marionette {
  readonly #socket: Socket
  #bytes = Buffer.alloc(0)
  #ended = false
  #id = 0
  readonly #waiting = new Map<number, (error: Packet[2], result: Packet[3]) => void>()
  /** Resolves when it says that it is there. */
  readonly greeting: Promise<unknown>

  constructor(socket: Socket) {
    this.#socket = socket
    this.greeting = this.#answer(0)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    for (const event of ['close', 'error'])
      socket.on(event, () => {
        this.#ended = true
        for (const end of this.#waiting.values()) end({ message: 'Thunderbird has gone' }, {})
        this.#waiting.clear()
      })
  }

  /** A packet is its length, a colon and JSON. */
  #parse(): unknown {
    const colon = this.#bytes.indexOf(':')
    const end = colon + 1 + Number(this.#bytes.subarray(0, Math.max(0, colon)).toString())
    if (colon <= 0 || this.#bytes.length < end) return
    const packet = JSON.parse(this.#bytes.subarray(colon + 1, end).toString())
    this.#bytes = this.#bytes.subarray(end)
    return packet
  }

  #receive(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    for (let packet = this.#parse(); packet !== undefined; packet = this.#parse()) {
      // The first one is a greeting, not an array.
      const [, id, error, result] = Array.isArray(packet) ? (packet as unknown as Packet) : ([1, 0, null, {}] as const)
      this.#waiting.get(id)?.(error, result)
      this.#waiting.delete(id)
    }
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(new Error('Thunderbird has gone'))
      this.#waiting.set(id, (error, result) => (error ? reject(new Error(error.message)) : resolve(result?.value)))
    })
  }

  command(name: string, parameters: object): Promise<unknown> {
    const text = JSON.stringify([0, ++this.#id, name, parameters])
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`)
    return this.#answer(this.#id)
  }

  close(): void {
    this.#socket.destroy()
  }
}

export interface Thunderbird {
  /** Runs a script inside and returns what it returns: `server`, `inbox`, `messages()` are there. */
  script(body: string): Promise<unknown>
  close(): Promise<void>
}

const reach = async (port: number, child: ChildProcess): Promise<Marionette> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Thunderbird ended with ${child.exitCode}`)
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const trial = connect(port, '127.0.0.1', () => resolve(trial))
      trial.once('error', () => resolve(undefined))
    })
    if (socket) return new Marionette(socket)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Starts it for an account of the server, with the account's own or another password in its keeping. */
export const startThunderbird = async (
  server: PeerServer,
  login: string,
  secret: string = password,
): Promise<Thunderbird> => {
  const [folder, port] = [join(server.folder, 'thunderbird'), await freePort()]
  profile(folder, server, login, port)
  const child = spawn(
    'thunderbird',
    ['--headless', '--profile', folder, '--marionette', '--remote-allow-system-access'],
    {
      env: { ...process.env, HOME: server.folder, MOZ_HEADLESS: '1' },
      stdio: 'ignore',
      detached: true,
    },
  )
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.pid === undefined) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }
  try {
    const marionette = await reach(port, child)
    await marionette.greeting
    await marionette.command('WebDriver:NewSession', {})
    await marionette.command('Marionette:SetContext', { value: 'chrome' })
    const script = async (body: string): Promise<unknown> => {
      const whole = `const done = arguments[arguments.length - 1];
(async () => { ${prelude(login)}; ${body} })().then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }))`
      const answer = await marionette.command('WebDriver:ExecuteAsyncScript', {
        script: whole,
        args: [],
        sandbox: null,
        newSandbox: true,
        scriptTimeout: 30_000,
      })
      const { value, error } = answer as { value?: unknown; error?: string }
      if (error !== undefined) throw new Error(error)
      return value
    }
    await script(`await signIn(${JSON.stringify(secret)})`)
    return {
      script,
      close: async () => {
        marionette.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
