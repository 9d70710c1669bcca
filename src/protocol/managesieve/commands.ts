/** Every command (RFC 5804 §2), as a table: when it may be given, what it takes, what it does. */

import { Failure } from '#base/failure.ts'
import type { Context } from '#domain/context.ts'
import {
  activateScript,
  checkPlace,
  checkScriptName,
  createScript,
  deleteScript,
  listScripts,
  readScript,
  scriptLimits,
  scriptNamed,
  updateScript,
} from '#domain/filter/scripts.ts'
import { authenticate } from './authenticate.ts'
import { BadCommand } from './failure.ts'
import type { Word } from './read.ts'
import { no, ok, type Reply, stringOf } from './respond.ts'
import type { Session } from './session.ts'
import { upgrade } from './starttls.ts'

export interface Call {
  readonly session: Session
  readonly args: readonly Word[]
}

interface Command {
  /** Before sign-in, after it, or both. */
  readonly when: 'before' | 'after' | 'always'
  /** Fewest and most arguments. */
  readonly takes: readonly [least: number, most: number]
  readonly run: (call: Call) => Promise<Reply> | Reply
}

const text = (word: Word | undefined): string => {
  if (word?.kind !== 'string') throw new BadCommand('A string is expected')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(word.bytes)
  } catch {
    throw new BadCommand('Strings are UTF-8')
  }
}

const octets = (word: Word | undefined): Uint8Array => {
  if (word?.kind !== 'string') throw new BadCommand('A string is expected')
  return word.bytes
}

const number = (word: Word | undefined): number => {
  if (word?.kind !== 'number') throw new BadCommand('A number is expected')
  return word.value
}

const accountOf = (session: Session): number => {
  if (session.principal === undefined) throw new TypeError('nobody is signed in')
  return session.principal.accountId
}

const ctxOf = (session: Session): Context => session.deps.ctx

/** A script's octets under a name, new or in place of the old ones. */
const putScript = async ({ session, args }: Call): Promise<Reply> => {
  const name = checkScriptName(text(args[0]))
  const bytes = octets(args[1])
  readScript(bytes)
  const ctx = ctxOf(session)
  const content = await ctx.store.blobs.prepare(bytes)
  await ctx.store.write(accountOf(session), async (tx) => {
    const before = (await listScripts(tx, tx.accountId)).find((script) => script.name === name)
    if (before) await updateScript(ctx, tx, before.id, { content })
    else await createScript(ctx, tx, { name, content })
  })
  return ok('Script stored')
}

const haveSpace = async ({ session, args }: Call): Promise<Reply> => {
  const name = checkScriptName(text(args[0]))
  const size = number(args[1])
  if (size > scriptLimits.size) throw new Failure('tooLarge', 'the script is too large')
  const account = accountOf(session)
  await ctxOf(session).store.read(async (tx) => {
    const before = (await listScripts(tx, account)).find((script) => script.name === name)
    await checkPlace(tx, account, { name, size, ...(before ? { id: before.id } : {}) })
  })
  return ok()
}

const listAll = async ({ session }: Call): Promise<Reply> => {
  const scripts = await ctxOf(session).store.read((tx) => listScripts(tx, accountOf(session)))
  for (const { name, active } of scripts) session.write(`${stringOf(name)}${active ? ' ACTIVE' : ''}\r\n`)
  return ok()
}

const getScript = async ({ session, args }: Call): Promise<Reply> => {
  const { store } = ctxOf(session)
  const name = text(args[0]).normalize('NFC')
  const { blobId } = await store.read((tx) => scriptNamed(tx, accountOf(session), name))
  const bytes = await store.blobs.bytes(blobId)
  session.write(`{${bytes.length}}\r\n`)
  session.write(bytes)
  session.write('\r\n')
  return ok()
}

const setActive = async ({ session, args }: Call): Promise<Reply> => {
  const name = text(args[0]).normalize('NFC')
  await ctxOf(session).store.write(accountOf(session), async (tx) => {
    await activateScript(tx, name === '' ? undefined : (await scriptNamed(tx, tx.accountId, name)).id)
  })
  return ok()
}

const remove = async ({ session, args }: Call): Promise<Reply> => {
  const name = text(args[0]).normalize('NFC')
  await ctxOf(session).store.write(accountOf(session), async (tx) =>
    deleteScript(tx, (await scriptNamed(tx, tx.accountId, name)).id),
  )
  return ok()
}

const rename = async ({ session, args }: Call): Promise<Reply> => {
  const [from, to] = [text(args[0]).normalize('NFC'), checkScriptName(text(args[1]))]
  const ctx = ctxOf(session)
  await ctx.store.write(accountOf(session), async (tx) =>
    updateScript(ctx, tx, (await scriptNamed(tx, tx.accountId, from)).id, { name: to }),
  )
  return ok()
}

export const commands: Readonly<Record<string, Command>> = {
  CAPABILITY: {
    when: 'always',
    takes: [0, 0],
    run: ({ session }) => {
      session.write(session.capabilityLines())
      return ok()
    },
  },
  NOOP: {
    when: 'always',
    takes: [0, 1],
    run: ({ args }) =>
      args.length === 0 ? ok('Done') : { status: 'OK', code: `TAG ${stringOf(text(args[0]))}`, text: 'Done' },
  },
  LOGOUT: {
    when: 'always',
    takes: [0, 0],
    run: ({ session }) => {
      session.ending = ''
      return ok('Goodbye')
    },
  },
  STARTTLS: {
    when: 'before',
    takes: [0, 0],
    run: ({ session }) => {
      if (!session.canStartTls) return no('TLS is active already, or not available')
      session.afterReply = () => upgrade(session)
      return ok('Begin TLS')
    },
  },
  AUTHENTICATE: {
    when: 'before',
    takes: [1, 2],
    run: ({ session, args }) =>
      authenticate(session, text(args[0]).toUpperCase(), args[1] === undefined ? undefined : text(args[1])),
  },
  UNAUTHENTICATE: {
    when: 'after',
    takes: [0, 0],
    run: ({ session }) => {
      session.signOut()
      return ok()
    },
  },
  HAVESPACE: { when: 'after', takes: [2, 2], run: haveSpace },
  PUTSCRIPT: { when: 'after', takes: [2, 2], run: putScript },
  LISTSCRIPTS: { when: 'after', takes: [0, 0], run: listAll },
  SETACTIVE: { when: 'after', takes: [1, 1], run: setActive },
  GETSCRIPT: { when: 'after', takes: [1, 1], run: getScript },
  DELETESCRIPT: { when: 'after', takes: [1, 1], run: remove },
  RENAMESCRIPT: { when: 'after', takes: [2, 2], run: rename },
  CHECKSCRIPT: {
    when: 'after',
    takes: [1, 1],
    run: ({ args }) => {
      readScript(octets(args[0]))
      return ok('The script is right')
    },
  },
}
