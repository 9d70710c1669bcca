/** Files of a notice that is a draft. */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { Actor } from '../directory/delegation.ts'
import { reachableBlob } from '../mail/emails.ts'
import type { People } from '../people/people.ts'
import { filesOf } from './notice.ts'
import { ownNotice, requireState } from './rights.ts'
/** A file of a notice whose octets are in the store already. */
export interface KeptFile {
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
}

export const maxNoticeFiles = 10
export const maxFileBytes = 20 * 1024 * 1024

export const insertFile = statement(
  (q, p: Params<{ id: number; n: number; blob: number; name: string; type: string; size: number }>) =>
    q.insertInto('notice_file').values({
      notice_id: p.id,
      n: p.n,
      blob_id: p.blob,
      name: p.name,
      type: p.type,
      size: p.size,
    }),
)
const deleteFile = statement((q, p: Params<{ id: number; n: number }>) =>
  q.deleteFrom('notice_file').where('notice_id', '=', p.id).where('n', '=', p.n),
)

/** A file's name on one line, without a path. */
export const fileName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/^.*[\\/]/su, '')
    .replace(/[\p{Cc}\p{Cf}<>:"|?*]+/gu, ' ')
    .trim()
    .slice(0, 120)

/** Adds to a draft a file that the author has uploaded. Returns its number. Throws Failure notFound, conflict, tooMany, tooLarge, invalid. */
export const addNoticeFile = async (
  people: People,
  actor: Actor,
  id: number,
  file: { readonly name: string; readonly type: string; readonly hash: Uint8Array },
): Promise<number> => {
  const now = people.ctx.clock.now()
  const name = fileName(file.name)
  if (name === '') throw new Failure('invalid', 'a file has a name', { property: 'name' })
  return people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'change')
    const before = await filesOf(tx, id)
    if (before.length >= maxNoticeFiles) throw new Failure('tooMany', `at most ${maxNoticeFiles} files`)
    const n = (before.at(-1)?.n ?? 0) + 1
    const blob = await reachableBlob(tx, actor.accountId, file.hash)
    if (!blob || !(await people.ctx.store.blobs.touch(tx, blob.id))) throw new Failure('notFound', 'no such upload')
    if (blob.size > maxFileBytes) throw new Failure('tooLarge', `at most ${maxFileBytes} octets`)
    const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type.toLowerCase() : 'application/octet-stream'
    await tx.run(insertFile, { id, n, blob: blob.id, name, type, size: blob.size })
    return n
  })
}

/** Throws Failure notFound, conflict. */
export const removeNoticeFile = async (people: People, actor: Actor, id: number, n: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'change')
    const { changes } = await tx.run(deleteFile, { id, n })
    if (changes === 0) throw new Failure('notFound', 'no such file')
  })
}
