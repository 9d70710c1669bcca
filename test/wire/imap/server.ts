/** An IMAP server in this process, on a store of its own, for transcripts and fuzzers. */
import { createServer, type Server } from 'node:net'
import { createSecureContext } from 'node:tls'
import { type Log, silentLog } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { createImapServer, type ImapConfig, type ImapServer } from '#protocol/imap/server.ts'
import { type Bench, lightHash } from '../../contract/drivers.ts'

export interface TestServer {
  readonly port: number
  readonly imap: ImapServer
  readonly ctx: Context
  readonly people: People
  /** Makes an account with the usual mailboxes (in English) and returns how to sign in. */
  account(): Promise<{ login: string; password: string; id: number }>
  close(): Promise<void>
}

const password = 'Correct-Horse-7-Battery'

export const startImap = async (
  bench: Bench,
  config: Partial<ImapConfig> = {},
  tls?: { readonly key: string; readonly cert: string },
  log: Log = silentLog,
  prefix = 'wire',
): Promise<TestServer> => {
  const ctx: Context = { store: bench.store, clock: bench.clock, log: silentLog }
  const people = await createPeople(ctx, { domains: ['ac-demo.test'], passwordHash: lightHash })
  const imap = createImapServer({
    ctx,
    people,
    config: { hostname: 'imap.test', maxMessageBytes: 10_000_000, allowPlaintextAuth: true, ...config },
    log,
  })
  const secureContext = tls === undefined ? undefined : createSecureContext(tls)
  const server: Server = createServer({ allowHalfOpen: true }, (socket) =>
    imap.handle(socket, secureContext === undefined ? { tls: false } : { tls: false, secureContext }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  let count = 0
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    imap,
    ctx,
    people,
    account: async () => {
      const login = `${prefix}${++count}`
      const account = await createAccount(people, 'test', { login, name: `Wire ${count}`, password, locale: 'en' })
      return { login, password, id: account.id }
    },
    close: async () => {
      server.close()
      await imap.close()
      people.close()
    },
  }
}
