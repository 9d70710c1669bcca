/** AUTHENTICATE (RFC 9051 §6.2.2, SASL-IR RFC 4959), with passwords and OAuth tokens (RFC 7628), and LOGIN. */
import { readOauthBearer, readXoauth2, type TokenResponse } from '#format/sasl/oauth.ts'
import { type Call, type Capability, type Command, no, type Reply } from '../command.ts'
import { BadSyntax } from '../grammar/scanner.ts'
import type { Session } from '../session.ts'
import { privacyRequired, signIn, signInByToken } from '../sign-in.ts'

interface Credentials {
  readonly login: string
  readonly password: string
}

type Ask = (challenge: string) => Promise<Buffer>

/** A SASL mechanism; `ask` sends a challenge (already base64) and resolves to the client's octets. */
interface Mechanism {
  readonly name: string
  exchange(initial: Buffer | undefined, ask: Ask): Promise<Credentials | TokenResponse | 'forSomebodyElse'>
}

/** RFC 4616: authorization identity, NUL, authentication identity, NUL, password. */
const plain: Mechanism = {
  name: 'PLAIN',
  exchange: async (initial, ask) => {
    const fields = (initial ?? (await ask(''))).toString('utf8').split('\0')
    const [authorization, login, password] = fields
    if (fields.length !== 3 || login === undefined || password === undefined) throw new BadSyntax('Malformed PLAIN')
    // Acting for somebody else is not offered.
    if (authorization !== '' && authorization !== login) return 'forSomebodyElse'
    return { login, password }
  },
}

/** draft-murchison-sasl-login, for programs that know nothing else. */
const login: Mechanism = {
  name: 'LOGIN',
  exchange: async (initial, ask) => {
    const name = initial ?? (await ask('VXNlcm5hbWU6'))
    const password = await ask('UGFzc3dvcmQ6')
    return { login: name.toString('utf8'), password: password.toString('utf8') }
  },
}

const tokenIn = (read: (text: string) => TokenResponse | undefined, response: Buffer): TokenResponse => {
  const found = read(response.toString('utf8'))
  if (found === undefined) throw new BadSyntax('Malformed token')
  return found
}

const oauthBearer: Mechanism = {
  name: 'OAUTHBEARER',
  exchange: async (initial, ask) => tokenIn(readOauthBearer, initial ?? (await ask(''))),
}

/** What came before RFC 7628, and what many programs still speak. */
const xoauth2: Mechanism = {
  name: 'XOAUTH2',
  exchange: async (initial, ask) => tokenIn(readXoauth2, initial ?? (await ask(''))),
}

const mechanisms: readonly Mechanism[] = [plain, login, oauthBearer, xoauth2]

const base64 = (text: string): Buffer => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw new BadSyntax('Invalid base64')
  return Buffer.from(text, 'base64')
}

const maxResponse = 12 * 1024

const asker =
  (session: Session) =>
  async (challenge: string): Promise<Buffer> => {
    session.output.write(`+ ${challenge}\r\n`)
    session.output.flush()
    const line = await session.input.line(maxResponse)
    if (line === undefined || line === 'tooLong') throw new BadSyntax('No response')
    const text = line.toString('latin1')
    if (text === '*') throw new BadSyntax('Cancelled')
    return base64(text)
  }

const run = async ({ session, args }: Call): Promise<Reply> => {
  args.sp()
  const name = args.keyword()
  const initial = args.takeSp() ? args.initialResponse() : undefined
  args.crlf()
  const mechanism = mechanisms.find((known) => known.name === name)
  // RFC 9051 §6.2.2: an unknown mechanism is a NO, not a mistake in the command.
  if (mechanism === undefined) return no('Unknown mechanism', 'CANNOT')
  if (!session.mayUsePasswords) return privacyRequired()
  // RFC 4959 §3: "=" is an empty initial response
  const decoded = initial === undefined ? undefined : base64(initial === '=' ? '' : initial)
  const ask = asker(session)
  const credentials = await mechanism.exchange(decoded, ask)
  if (credentials === 'forSomebodyElse') return no('Signing in for somebody else is not offered', 'AUTHORIZATIONFAILED')
  if ('token' in credentials) return signInByToken(session, credentials, ask)
  return signIn(session, credentials.login, credentials.password)
}

const offered: Capability[] = mechanisms.map(({ name }) => ({
  name: (session) => (session.mayUsePasswords && session.state === 'notAuthenticated' ? `AUTH=${name}` : undefined),
  before: true,
}))

export const authenticate: Command = {
  name: 'AUTHENTICATE',
  states: ['notAuthenticated'],
  tellsExpunges: 'never',
  capabilities: [{ name: 'SASL-IR', before: true }, ...offered],
  run,
}

export const loginCommand: Command = {
  name: 'LOGIN',
  states: ['notAuthenticated'],
  tellsExpunges: 'never',
  capabilities: [
    {
      name: (session) => (session.mayUsePasswords ? undefined : 'LOGINDISABLED'),
      before: true,
    },
  ],
  run: async ({ session, args }) => {
    args.sp()
    const name = args.astringText()
    args.sp()
    const password = args.astringText()
    args.crlf()
    return session.mayUsePasswords ? signIn(session, name, password) : privacyRequired()
  },
}
