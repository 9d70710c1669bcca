/**
 * Sieve scripts of the platform: kept by those who run it, included by anybody's own script (`include :global`, RFC 6609
 * §3.1). They run with the rights, the mailboxes and the limits of the account whose mail is filtered.
 */
import { createHash } from 'node:crypto'
import { utf8 } from '#base/bytes.ts'
import { Failure } from '#base/failure.ts'
import type { Program } from '#format/sieve/check.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { checkScriptName, programOfText, readScript, scriptLimits } from './scripts.ts'

export interface GlobalScript {
  readonly name: string
  /** Octets. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

const named = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('global_script').select(['text', 'hash']).where('name', '=', p.name),
)
const all = statement((q, _p: Params<Record<never, never>>) =>
  q.selectFrom('global_script').select(['name', 'text', 'updated_at']).orderBy('name'),
)
const put = statement((q, p: Params<{ name: string; text: string; hash: string; now: number }>) =>
  q
    .insertInto('global_script')
    .values({ name: p.name, text: p.text, hash: p.hash, updated_at: p.now })
    .onConflict((on) => on.column('name').doUpdateSet({ text: p.text, hash: p.hash, updated_at: p.now })),
)
const drop = statement((q, p: Params<{ name: string }>) => q.deleteFrom('global_script').where('name', '=', p.name))

/** In the order of their names. */
export const listGlobalScripts = async (tx: Reader): Promise<GlobalScript[]> =>
  (await tx.all(all, {})).map(({ name, text, updated_at: updatedAt }) => ({
    name,
    size: utf8(text).length,
    updatedAt: Number(updatedAt),
  }))

/** The text of a script; undefined when there is none of this name. */
export const globalScriptText = async (tx: Reader, name: string): Promise<string | undefined> =>
  (await tx.first(named, { name: name.normalize('NFC') }))?.text

/** What a script includes by this name; undefined when there is none. */
export const globalProgram = async (tx: Reader, name: string): Promise<Program | undefined> => {
  const row = await tx.first(named, { name: name.normalize('NFC') })
  return row && programOfText(row.hash, row.text)
}

/**
 * Keeps a script under a name, in the place of one that has it. Whoever includes it runs the new one from the next message
 * on. Throws Failure invalid (the name; the text, with line and column of its first fault), tooLarge, tooMany.
 */
export const putGlobalScript = async (ctx: Context, name: string, bytes: Uint8Array): Promise<void> => {
  const clean = checkScriptName(name)
  readScript(bytes)
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const hash = createHash('sha256').update(bytes).digest('hex')
  await ctx.store.writeGlobal(async (tx) => {
    const others = (await listGlobalScripts(tx)).filter((one) => one.name !== clean)
    if (others.length >= scriptLimits.count)
      throw new Failure('tooMany', `at most ${scriptLimits.count} scripts of the platform`)
    await tx.run(put, { name: clean, text, hash, now: ctx.clock.now() })
  })
}

/** Forgets a script; what includes it without `:optional` fails from then on, and keeps the message. False: there was none. */
export const deleteGlobalScript = async (ctx: Context, name: string): Promise<boolean> => {
  const { changes } = await ctx.store.writeGlobal((tx) => tx.run(drop, { name: name.normalize('NFC') }))
  return changes > 0
}
