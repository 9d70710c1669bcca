/** Pictures in guides: screenshots that come with the program, and those that editors put beside them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '#base/failure.ts'
import { imageKind } from '#format/image/kind.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { type Actor, requireForAcademy } from '../directory/delegation.ts'
import { appendAudit } from '../people/audit.ts'

export interface Picture {
  readonly type: string
  readonly bytes: Uint8Array
}

/** Where they are read without signing in. */
export const pictureRoot = '/aide/pictures/'

/** Largest one, in octets, and most of them. */
export const mostPictureBytes = 400_000
export const mostPictures = 300

const types: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg' }
const typeOf = (name: string): string | undefined => types[name.slice(name.lastIndexOf('.') + 1)]

/** `set-up.800x500.webp`: the measures are in the name, so that a page keeps the room for it. */
export const isPictureName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9-]{0,60}\.[1-9]\d{0,3}x[1-9]\d{0,3}\.(?:png|webp|jpg)$/.test(name)

const folder = join(import.meta.dirname, 'content', 'pictures')

const readProgram = async (): Promise<ReadonlyMap<string, Picture>> => {
  const names = (await readdir(folder).catch(() => [])).filter(isPictureName).sort()
  const bytes = await Promise.all(names.map((name) => readFile(join(folder, name))))
  return new Map(names.map((name, at) => [name, { type: typeOf(name) ?? '', bytes: new Uint8Array(bytes[at] ?? []) }]))
}

let program: Promise<ReadonlyMap<string, Picture>> | undefined

/** The pictures of the program, read once. */
export const programPictures = (): Promise<ReadonlyMap<string, Picture>> => (program ??= readProgram())

const one = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('guide_picture').select(['type', 'bytes']).where('name', '=', p.name),
)

/** A picture by its name: an editor's, else the program's. */
export const readPicture = async (ctx: Context, name: string): Promise<Picture | undefined> => {
  if (!isPictureName(name)) return
  const own = (await programPictures()).get(name)
  return own ?? (await ctx.store.read((tx) => tx.first(one, { name })))
}

const all = statement((q) => q.selectFrom('guide_picture').select(['name', 'at', 'author']).orderBy('name'))

/** The editors' pictures. */
export const listPictures = (tx: Reader) => tx.all(all, {})

/** A picture of an editor, for whoever knows its name from the list. */
export const ownPicture = (tx: Reader, name: string): Promise<Picture | undefined> => tx.first(one, { name })

const insert = statement(
  (q, p: Params<{ name: string; type: string; bytes: Uint8Array; author: string; at: number }>) =>
    q
      .insertInto('guide_picture')
      .values({ name: p.name, type: p.type, bytes: p.bytes, author: p.author, at: p.at })
      .onConflict((on) => on.column('name').doUpdateSet({ bytes: p.bytes, author: p.author, at: p.at })),
)

const count = statement((q) => q.selectFrom('guide_picture').select((eb) => eb.fn.countAll<number>().as('count')))

const slug = (name: string): string =>
  name
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50) || 'image'

/** The name under which a file is kept. Throws Failure invalid (no picture that we show), tooLarge. */
export const pictureName = (name: string, bytes: Uint8Array): string => {
  if (bytes.length > mostPictureBytes)
    throw new Failure('tooLarge', `a picture has at most ${mostPictureBytes} octets`, { property: 'data' })
  const { type, width = 0, height = 0 } = imageKind(bytes) ?? {}
  const ending = Object.keys(types).find((each) => types[each] === type)
  if (ending === undefined || width < 1 || height < 1 || width > 4000 || height > 4000)
    throw new Failure('invalid', 'a picture is PNG, JPEG or WebP, of at most 4000 by 4000 pixels', { property: 'data' })
  return `${slug(name)}.${width}x${height}.${ending}`
}

/** Within a transaction: keeps a picture under its name; audited. */
export const putPicture = async (tx: Writer, now: number, actor: string, name: string, bytes: Uint8Array) => {
  await tx.run(insert, { name, type: typeOf(name) ?? '', bytes, author: actor, at: now })
  await appendAudit(tx, now, { actor, action: 'guide.picture', target: name })
}

/** Keeps a picture; returns its path, for the Markdown. Throws Failure forbidden, invalid, tooLarge, overQuota. */
export const savePicture = async (ctx: Context, actor: Actor, name: string, bytes: Uint8Array): Promise<string> => {
  await requireForAcademy(ctx, actor, 'guides')
  const kept = pictureName(name, bytes)
  if ((await programPictures()).has(kept))
    throw new Failure('alreadyExists', 'the program has a picture of this name', { property: 'name' })
  await ctx.store.writeGlobal(async (tx) => {
    if (Number((await tx.first(count, {}))?.count ?? 0) >= mostPictures)
      throw new Failure('overQuota', `at most ${mostPictures} pictures are kept`)
    await putPicture(tx, ctx.clock.now(), actor.login, kept, bytes)
  })
  return pictureRoot + kept
}

const drop = statement((q, p: Params<{ name: string }>) => q.deleteFrom('guide_picture').where('name', '=', p.name))

/** Throws Failure forbidden, notFound. */
export const removePicture = async (ctx: Context, actor: Actor, name: string): Promise<void> => {
  await requireForAcademy(ctx, actor, 'guides')
  await ctx.store.writeGlobal(async (tx) => {
    if ((await tx.run(drop, { name })).changes === 0) throw new Failure('notFound', `there is no picture ${name}`)
    await appendAudit(tx, ctx.clock.now(), { actor: actor.login, action: 'guide.picture-remove', target: name })
  })
}
