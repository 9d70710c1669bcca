/** The demonstration academy as the rest of the server knows it: that it is one, and how to sign in. */
import type { Context } from '#domain/context.ts'
import { type Params, statement } from '#store/engine.ts'
import type { DemoService } from './services/spec.ts'

export interface DemoAccount {
  readonly login: string
  readonly name: string
  readonly profile: string
}

export interface Demo {
  readonly accounts: readonly DemoAccount[]
  /** The same for all of them, made for this installation. */
  readonly password: string
  /** False while the first start is still preparing it; an interrupted one goes on at the next start. */
  readonly complete: boolean
  /** Version of the directory (people, profiles, schools) it was filled with; absent before there was one. */
  readonly directory?: number
  /** The services that run beside it; never stored. */
  readonly services?: () => readonly DemoService[]
}

/** Grows when the demonstration's directory does: an older demonstration is then completed at its next start. */
export const directoryVersion = 2

const name = 'demo'

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const write = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

/** The demonstration this store holds; undefined in a real installation. */
export const readDemo = async (ctx: Context): Promise<Demo | undefined> => {
  const row = await ctx.store.read((tx) => tx.first(read, { name }))
  return row && (JSON.parse(row.value) as Demo)
}

/** Marks the store as a demonstration. */
export const saveDemo = async (ctx: Context, demo: Demo): Promise<void> => {
  await ctx.store.writeGlobal((tx) => tx.run(write, { name, value: JSON.stringify(demo) }))
}

/** True when nobody has an account yet. */
export const isEmpty = async (ctx: Context): Promise<boolean> => {
  const rows = await ctx.store.read((tx) => tx.query((q) => q.selectFrom('account').select('id').limit(1)))
  return rows.length === 0
}
