/** Commands about the connection itself: CAPABILITY, NOOP, LOGOUT, ID, NAMESPACE, ENABLE, CHECK and their like. */
import { separator } from '#domain/mail/mailbox-rules.ts'
import { mailboxState } from '#domain/mail/view.ts'
import { anyState, type Command, no, ok, signedIn } from '../command.ts'
import { BadSyntax } from '../grammar/scanner.ts'
import { opened, othersRoot } from '../others.ts'
import type { Enabled } from '../session.ts'

export const capability: Command = {
  name: 'CAPABILITY',
  states: anyState,
  run: ({ session, args }) => {
    args.crlf()
    session.untagged(`CAPABILITY ${session.capabilities}`)
    return ok('Capabilities listed')
  },
}

export const noop: Command = {
  name: 'NOOP',
  states: anyState,
  looks: true,
  run: ({ args }) => {
    args.crlf()
    return ok('Nothing done')
  },
}

export const check: Command = {
  name: 'CHECK',
  states: ['selected'],
  looks: true,
  run: ({ args }) => {
    args.crlf()
    return ok('Checked')
  },
}

export const logout: Command = {
  name: 'LOGOUT',
  states: anyState,
  tellsExpunges: 'never',
  run: ({ session, args }) => {
    args.crlf()
    session.untagged('BYE Goodbye')
    session.state = 'logout'
    return ok('Logged out')
  },
}

const maxIdPairs = 30

/** RFC 2971; what the client says of itself is only skipped. */
export const id: Command = {
  name: 'ID',
  states: anyState,
  tellsExpunges: 'never',
  capabilities: [{ name: 'ID', before: true }],
  run: ({ session, args }) => {
    args.sp()
    if (args.peek('(')) {
      let count = 0
      args.list(() => {
        if (++count > 2 * maxIdPairs) throw new BadSyntax('Too many ID fields')
        args.nstring()
      })
    } else if (!args.takeKeyword('NIL')) args.fail('a list')
    args.crlf()
    session.untagged('ID ("name" "Convergence")')
    return ok('ID completed')
  },
}

export const namespace: Command = {
  name: 'NAMESPACE',
  states: signedIn,
  capabilities: [{ name: 'NAMESPACE' }],
  run: async ({ session, args }) => {
    args.crlf()
    const others = (await opened(session)).length === 0 ? 'NIL' : `(("${othersRoot}${separator}" "${separator}"))`
    session.untagged(`NAMESPACE (("" "${separator}")) ${others} NIL`)
    return ok('Namespace completed')
  },
}

const enableable: ReadonlySet<string> = new Set<Enabled>([
  'CONDSTORE',
  'QRESYNC',
  'IMAP4REV2',
  'UTF8=ACCEPT',
  'UIDONLY',
])
const spelling: Partial<Record<Enabled, string>> = { IMAP4REV2: 'IMAP4rev2' }

/** RFC 5161. */
export const enable: Command = {
  name: 'ENABLE',
  states: signedIn,
  capabilities: [{ name: 'ENABLE', before: true }, { name: 'UTF8=ACCEPT' }, { name: 'UIDONLY' }],
  run: async ({ session, args }) => {
    const asked: string[] = []
    do {
      args.sp()
      asked.push(args.keyword())
    } while (!args.atEnd())
    const hadCondstore = session.condstore
    const enabled: Enabled[] = []
    for (const word of asked) {
      if (!enableable.has(word) || session.enabled.has(word as Enabled)) continue
      session.enabled.add(word as Enabled)
      enabled.push(word as Enabled)
    }
    session.untagged(['ENABLED', ...enabled.map((word) => spelling[word] ?? word)].join(' '))
    const { selected } = session
    if (selected !== undefined && !hadCondstore && session.condstore) {
      const state = await session.ctx.store.read((tx) => mailboxState(tx, selected.account, selected.mailboxId))
      session.untagged(`OK [HIGHESTMODSEQ ${state.highestModseq}] Highest`)
    }
    return ok('Enabled')
  },
}

/** RFC 8437: as after the greeting, with TLS kept. */
export const unauthenticate: Command = {
  name: 'UNAUTHENTICATE',
  states: signedIn,
  tellsExpunges: 'never',
  capabilities: [{ name: 'UNAUTHENTICATE' }],
  run: ({ session, args }) => {
    args.crlf()
    if (session.state === 'logout') return no('Going')
    session.signOut()
    return ok('Signed out', `CAPABILITY ${session.capabilities}`)
  },
}
