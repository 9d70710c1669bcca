/** Sieve scripts of an account: kept, named, activated (RFC 5804 §1.1, RFC 9661 §1). One at most is active. */
import { toHex, utf8 } from '#base/bytes.ts'
import { Failure } from '#base/failure.ts'
import { checkSieve, type Program } from '#format/sieve/check.ts'
import { checkLiterals } from '#format/sieve/literals.ts'
import { SieveError, sieveLimits } from '#format/sieve/syntax.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'

export interface SieveScript {
  readonly id: number
  readonly name: string
  readonly blobId: number
  readonly size: number
  /** SHA-256 of the content. */
  readonly hash: Uint8Array
  readonly active: boolean
}

export const scriptLimits = {
  /** Octets of one script. */
  size: sieveLimits.script,
  /** Octets of all scripts of an account. */
  total: 4 * 1024 * 1024,
  count: 100,
  /** Octets of a name. */
  name: 512,
} as const

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('sieve_script')
    .innerJoin('blob', 'blob.id', 'sieve_script.blob_id')
    .select([
      'sieve_script.id as id',
      'sieve_script.name as name',
      'sieve_script.active as active',
      'blob.id as blobId',
      'blob.size as size',
      'blob.hash as hash',
    ])
    .where('sieve_script.account_id', '=', p.account)
    .orderBy('sieve_script.name'),
)

/** Every script, in the order of their names. */
export const listScripts = async (tx: Reader, account: number): Promise<SieveScript[]> =>
  (await tx.all(ofAccount, { account })).map((row) => ({ ...row, active: row.active === 1 }))

/** Throws Failure notFound. */
export const scriptNamed = async (tx: Reader, account: number, name: string): Promise<SieveScript> => {
  const found = (await listScripts(tx, account)).find((script) => script.name === name)
  if (!found) throw new Failure('notFound', 'there is no such script', { property: 'name' })
  return found
}

/** A name in its one form. Throws Failure invalid (RFC 5804 §1.6: no control characters). */
export const checkScriptName = (text: string): string => {
  const name = text.normalize('NFC')
  if (name === '' || utf8(name).length > scriptLimits.name || /[\p{Cc}\u2028\u2029]/u.test(name))
    throw new Failure('invalid', 'this is not a name for a script', { property: 'name' })
  return name
}

/** The text is not right; `property` is `line:column`. */
const notRight = (error: SieveError): Failure =>
  new Failure('invalid', `line ${error.line}, column ${error.column}: ${error.message}`, {
    property: 'content',
    cause: error,
  })

/** Runs what reads a script; its faults become Failure invalid. */
const told = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof SieveError) throw notRight(error)
    if (error instanceof TypeError) throw new Failure('invalid', 'the script is not UTF-8', { property: 'content' })
    throw error
  }
}

const programIn = (bytes: Uint8Array): Program =>
  checkSieve(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))

/** Reads the octets of a script. Throws Failure invalid with the place of the fault (its cause is the SieveError), tooLarge. */
export const readScript = (bytes: Uint8Array): Program => {
  if (bytes.length > scriptLimits.size)
    throw new Failure('tooLarge', `a script has at most ${scriptLimits.size} octets`)
  return told(() => {
    const program = programIn(bytes)
    checkLiterals(program)
    return program
  })
}

const programs = new Map<string, Program>()
const maxPrograms = 2000

/** The program of a script that was checked when it came; the same content is read once. */
export const programOf = async (
  ctx: Context,
  tx: Reader,
  { blobId, hash }: Pick<SieveScript, 'blobId' | 'hash'>,
): Promise<Program> => {
  const key = toHex(hash)
  return programs.get(key) ?? remembered(key, programIn, await ctx.store.blobs.bytesIn(tx, blobId))
}

/** The same of a text, by the hash of its octets (SHA-256, hexadecimal). */
export const programOfText = (hash: string, text: string): Program =>
  programs.get(hash) ?? remembered(hash, checkSieve, text)

/** What has been taken once goes on to run: its strings are judged when they are met. */
const remembered = <T>(key: string, read: (given: T) => Program, given: T): Program => {
  const program = told(() => read(given))
  if (programs.size >= maxPrograms) programs.delete(programs.keys().next().value as string)
  programs.set(key, program)
  return program
}

const insert = statement((q, p: Params<{ account: number; id: number; name: string; blob: number; now: number }>) =>
  q.insertInto('sieve_script').values({
    account_id: p.account,
    id: p.id,
    name: p.name,
    blob_id: p.blob,
    active: 0,
    created_at: p.now,
    updated_at: p.now,
  }),
)

const save = statement((q, p: Params<{ account: number; id: number; name: string; blob: number; now: number }>) =>
  q
    .updateTable('sieve_script')
    .set({ name: p.name, blob_id: p.blob, updated_at: p.now })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const drop = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('sieve_script').where('account_id', '=', p.account).where('id', '=', p.id),
)

const setActive = statement((q, p: Params<{ account: number; id: number; active: number }>) =>
  q.updateTable('sieve_script').set({ active: p.active }).where('account_id', '=', p.account).where('id', '=', p.id),
)

/** What a script is made from: new content, or content that is stored already. */
export type ScriptContent = PendingBlob | { readonly blobId: number; readonly size: number }

const attach = async (ctx: Context, tx: AccountWriter, content: ScriptContent): Promise<number> => {
  if (!('blobId' in content)) return ctx.store.blobs.attach(tx, content)
  if (await ctx.store.blobs.touch(tx, content.blobId)) return content.blobId
  throw new Failure('notFound', 'the text of the script is gone', { property: 'content' })
}

/**
 * Throws Failure when a script of this name and size has no place: alreadyExists (another script has the name),
 * tooMany, overQuota.
 */
export const checkPlace = async (
  tx: Reader,
  account: number,
  wanted: { readonly name: string; readonly size: number; readonly id?: number },
): Promise<void> => {
  const others = (await listScripts(tx, account)).filter(({ id }) => id !== wanted.id)
  if (others.some(({ name }) => name === wanted.name))
    throw new Failure('alreadyExists', 'another script has this name', { property: 'name' })
  if (others.length >= scriptLimits.count) throw new Failure('tooMany', `at most ${scriptLimits.count} scripts`)
  const total = others.reduce((sum, { size }) => sum + size, wanted.size)
  if (total > scriptLimits.total) throw new Failure('overQuota', 'the scripts are too large together')
}

/** Creates a script, not active. Its content must have been read (`readScript`). Throws as `checkPlace`. */
export const createScript = async (
  ctx: Context,
  tx: AccountWriter,
  wanted: { readonly name: string; readonly content: ScriptContent },
): Promise<number> => {
  const { accountId: account, now } = tx
  const name = checkScriptName(wanted.name)
  await checkPlace(tx, account, { name, size: wanted.content.size })
  const id = tx.nextId()
  await tx.run(insert, { account, id, name, blob: await attach(ctx, tx, wanted.content), now })
  tx.changed('SieveScript', id, 'created')
  return id
}

/** Changes name or content. Throws Failure notFound, and as `checkPlace`. */
export const updateScript = async (
  ctx: Context,
  tx: AccountWriter,
  id: number,
  change: { readonly name?: string; readonly content?: ScriptContent },
): Promise<void> => {
  const { accountId: account, now } = tx
  const before = (await listScripts(tx, account)).find((script) => script.id === id)
  if (!before) throw new Failure('notFound', 'there is no such script')
  const name = change.name === undefined ? before.name : checkScriptName(change.name)
  await checkPlace(tx, account, { name, size: change.content?.size ?? before.size, id })
  const blob = change.content ? await attach(ctx, tx, change.content) : before.blobId
  await tx.run(save, { account, id, name, blob, now })
  tx.changed('SieveScript', id, 'updated')
}

/** Deletes a script. Throws Failure notFound, conflict (it is active: RFC 5804 §2.10, RFC 9661 §2.4). */
export const deleteScript = async (tx: AccountWriter, id: number): Promise<void> => {
  const { accountId: account } = tx
  const before = (await listScripts(tx, account)).find((script) => script.id === id)
  if (!before) throw new Failure('notFound', 'there is no such script')
  if (before.active) throw new Failure('conflict', 'the script is active', { property: 'active' })
  await tx.run(drop, { account, id })
  tx.changed('SieveScript', id, 'destroyed')
}

/** Makes one script the active one, or none. Throws Failure notFound. Returns the ids of the scripts that changed. */
export const activateScript = async (tx: AccountWriter, id: number | undefined): Promise<number[]> => {
  const { accountId: account } = tx
  const all = await listScripts(tx, account)
  if (id !== undefined && !all.some((script) => script.id === id))
    throw new Failure('notFound', 'there is no such script')
  const changed = all.filter((script) => script.active !== (script.id === id))
  for (const script of changed) {
    await tx.run(setActive, { account, id: script.id, active: script.active ? 0 : 1 })
    tx.changed('SieveScript', script.id, 'updated')
  }
  return changed.map((script) => script.id)
}
