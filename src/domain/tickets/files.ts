/** Files of a request: kept once each, given back to those who may read it. */
import { Failure } from '#base/failure.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../directory/delegation.ts'
import { requireAct } from './desk.ts'
import { entriesOf, oneLine, ticketById } from './rows.ts'

export const fileLimits = { each: 10 * 1024 * 1024, count: 20 } as const

export interface TicketFile {
  readonly id: number
  readonly entryId: number
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
}

const ofTicket = statement((q, p: Params<{ ticket: number }>) =>
  q.selectFrom('ticket_file').selectAll().where('ticket_id', '=', p.ticket).orderBy('id').limit(100),
)

/** The files of a request. */
export const filesOf = async (tx: Reader, ticket: number): Promise<TicketFile[]> =>
  (await tx.all(ofTicket, { ticket })).map(({ id, entry_id, blob_id, name, type, size }) => ({
    id,
    entryId: entry_id,
    blobId: blob_id,
    name,
    type,
    size,
  }))

const insert = statement(
  (q, p: Params<{ ticket: number; entry: number; blob: number; name: string; type: string; size: number }>) =>
    q.insertInto('ticket_file').values({
      ticket_id: p.ticket,
      entry_id: p.entry,
      blob_id: p.blob,
      name: p.name,
      type: p.type,
      size: p.size,
    }),
)

export interface NewFile {
  readonly name: string
  readonly type: string
  readonly blob: PendingBlob
}

/** Within a transaction: adds files to what was said; what is beyond the bounds is left out. */
export const addFiles = async (
  ctx: Context,
  tx: Writer,
  ticket: number,
  entry: number,
  files: readonly NewFile[],
): Promise<void> => {
  const room = fileLimits.count - (await filesOf(tx, ticket)).length
  for (const { name, type, blob } of files.slice(0, Math.max(0, room))) {
    if (blob.size > fileLimits.each || blob.size === 0) continue
    await tx.run(insert, {
      ticket,
      entry,
      blob: await ctx.store.blobs.attach(tx, blob),
      name: oneLine(name, 200) || 'file',
      type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
      size: blob.size,
    })
  }
}

/** Adds a file to the last thing that the actor said. Throws Failure notFound, conflict, tooLarge, tooMany. */
export const attachFile = async (
  ctx: Context,
  actor: Actor,
  id: number,
  file: { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
): Promise<void> => {
  if (file.bytes.length > fileLimits.each) throw new Failure('tooLarge', 'the file is too large')
  const blob = await ctx.store.blobs.prepare(file.bytes)
  await ctx.store.writeGlobal(async (tx) => {
    const role = await requireAct(tx, actor, 'attach', await ticketById(tx, id), ctx.clock.now())
    if ((await filesOf(tx, id)).length >= fileLimits.count) throw new Failure('tooMany', 'there are too many files')
    const side = role === 'desk' ? 'desk' : 'person'
    const entry = (await entriesOf(tx, id)).findLast((one) => one.side === side && one.kind === 'message')
    if (!entry) throw new Failure('conflict', 'say something first')
    await addFiles(ctx, tx, id, entry.id, [{ ...file, blob }])
  })
}

/** One file, for whoever may read the request. Throws Failure notFound. */
export const readFile = async (ctx: Context, actor: Actor, id: number, file: number): Promise<TicketFile> =>
  ctx.store.read(async (tx) => {
    await requireAct(tx, actor, 'read', await ticketById(tx, id), ctx.clock.now())
    const found = (await filesOf(tx, id)).find((one) => one.id === file)
    if (!found) throw new Failure('notFound', 'there is no such file')
    return found
  })
