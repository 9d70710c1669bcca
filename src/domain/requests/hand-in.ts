/** Handing in what is asked: the person's side. Types are checked by content, a receipt is given, all until the deadline. */
import { createHash } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { reachableBlob } from '../mail/emails.ts'
import { fileName } from '../notices/files.ts'
import { notify } from '../notify/notify.ts'
import { appendAudit } from '../people/audit.ts'
import type { Principal } from '../people/principal.ts'
import { kindOf, sniffed } from './kinds.ts'
import { getRequest, type HandedFile, handedFiles, requestOf, type StoredRequest } from './request.ts'

export interface AskedRequest {
  readonly request: StoredRequest
  readonly handedAt: number | null
  readonly receipt: string
  readonly remark: string
  readonly files: readonly HandedFile[]
}

const most = 100

const asked = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .innerJoin('document_request', 'document_request.id', 'document_request_recipient.request_id')
    .selectAll('document_request')
    .select([
      'document_request_recipient.handed_at as handedAt',
      'document_request_recipient.receipt as receipt',
      'document_request_recipient.remark as remark',
    ])
    .where('document_request_recipient.account_id', '=', p.account)
    .where('document_request.status', 'in', ['opening', 'open', 'reminding', 'closed'])
    .orderBy('document_request.id', 'desc')
    .limit(p.limit),
)
const filesOfAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('document_request_file')
    .select(['request_id as request', 'n', 'blob_id as blobId', 'name', 'type', 'size', 'at'])
    .where('account_id', '=', p.account)
    .orderBy('request_id')
    .orderBy('n')
    .limit(1000),
)

/** What an account is asked for, the latest first. */
export const askedRequests = async (tx: Reader, account: number): Promise<AskedRequest[]> => {
  const rows = await tx.all(asked, { account, limit: most })
  const files = Map.groupBy(await tx.all(filesOfAccount, { account }), (file) => file.request)
  return rows.map(({ handedAt, receipt, remark, ...row }) => ({
    request: requestOf(row),
    handedAt,
    receipt,
    remark,
    files: files.get(row.id) ?? [],
  }))
}

const recipient = statement((q, p: Params<{ account: number; request: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .select('handed_at as handedAt')
    .where('account_id', '=', p.account)
    .where('request_id', '=', p.request),
)

/** Whether documents of a request are still taken. */
export const isOpen = (request: StoredRequest, now: number): boolean =>
  ['opening', 'open', 'reminding'].includes(request.status) && now < request.dueAt

/** The request of somebody who is asked. Throws Failure notFound. */
const ownRequest = async (tx: Reader, account: number, id: number): Promise<StoredRequest> => {
  const row = await tx.first(recipient, { account, request: id })
  const request = row && (await getRequest(tx, id))
  if (!request || ['draft', 'purging', 'purged'].includes(request.status))
    throw new Failure('notFound', 'no such request')
  return request
}

export interface HandIn {
  /** Numbers of files handed in before that stay. */
  readonly keep: readonly number[]
  /** Uploads of the account. */
  readonly files: readonly { readonly name: string; readonly hash: Uint8Array }[]
  readonly remark: string
}

interface Ready {
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
  readonly hash: Uint8Array | undefined
  readonly at: number
}

const types = { pdf: 'application/pdf', image: 'image/*', office: 'application/vnd', text: 'text/plain' } as const

/** Reads the first octets of each upload and checks them. Throws Failure invalid, tooLarge, notFound. */
const readFiles = async (ctx: Context, account: number, request: StoredRequest, given: HandIn): Promise<Ready[]> =>
  ctx.store.read(async (tx) => {
    const kept = (await handedFiles(tx, request.id, account)).filter(({ n }) => given.keep.includes(n))
    const ready: Ready[] = kept.map((file) => ({ ...file, hash: undefined }))
    for (const { name, hash } of given.files) {
      const blob = await reachableBlob(tx, account, hash)
      if (!blob) throw new Failure('notFound', 'no such upload')
      if (blob.size > request.maxBytes) throw new Failure('tooLarge', `at most ${request.maxBytes} octets`)
      const kind = kindOf(await ctx.store.blobs.bytesIn(tx, blob.id, { start: 0, end: Math.min(sniffed, blob.size) }))
      if (kind === undefined || (request.kinds.length > 0 && !request.kinds.includes(kind)))
        throw new Failure('invalid', 'this kind of file is not asked for', { property: 'file-kind' })
      const clean = fileName(name)
      ready.push({
        blobId: blob.id,
        name: clean === '' ? 'document' : clean,
        type: types[kind],
        size: blob.size,
        hash,
        at: ctx.clock.now(),
      })
    }
    return ready
  })

const removeFiles = statement((q, p: Params<{ account: number; request: number }>) =>
  q.deleteFrom('document_request_file').where('account_id', '=', p.account).where('request_id', '=', p.request),
)
const insertFile = statement(
  (
    q,
    p: Params<{
      account: number
      request: number
      n: number
      blob: number
      name: string
      type: string
      size: number
      at: number
    }>,
  ) =>
    q.insertInto('document_request_file').values({
      account_id: p.account,
      request_id: p.request,
      n: p.n,
      blob_id: p.blob,
      name: p.name,
      type: p.type,
      size: p.size,
      at: p.at,
    }),
)
const setHanded = statement(
  (q, p: Params<{ account: number; request: number; at: number; receipt: string; remark: string }>) =>
    q
      .updateTable('document_request_recipient')
      .set({ handed_at: p.at, receipt: p.receipt, remark: p.remark })
      .where('account_id', '=', p.account)
      .where('request_id', '=', p.request),
)

/** Depends on who, what and when: it cannot be had without handing in. */
const receiptOf = (request: number, account: number, files: readonly Ready[], at: number): string => {
  const hash = createHash('sha256').update(`${request} ${account} ${at}`)
  for (const file of files) hash.update(`\0${file.blobId} ${file.name} ${file.size}`)
  return hash
    .digest('hex')
    .slice(0, 12)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1-')
}

const put = async (
  tx: AccountWriter,
  ctx: Context,
  request: StoredRequest,
  files: readonly Ready[],
  remark: string,
) => {
  const { accountId: account, now: at } = tx
  await tx.run(removeFiles, { account, request: request.id })
  for (const [i, file] of files.entries()) {
    if (!(await ctx.store.blobs.touch(tx, file.blobId))) throw new Failure('notFound', 'no such upload')
    const { blobId: blob, name, type, size } = file
    await tx.run(insertFile, { account, request: request.id, n: i + 1, blob, name, type, size, at: file.at })
  }
  const receipt = receiptOf(request.id, account, files, at)
  await tx.run(setHanded, { account, request: request.id, at, receipt, remark })
  return receipt
}

/**
 * Hands in, or replaces what was handed in. Resolves to the receipt. Throws Failure notFound, conflict (the date has
 * passed), invalid (`property` files, remark or file-kind), tooLarge.
 */
export const handIn = async (
  ctx: Context,
  actor: Pick<Principal, 'accountId' | 'login'>,
  id: number,
  given: HandIn,
): Promise<string> => {
  const { accountId: account, login } = actor
  const request = await ctx.store.read((tx) => ownRequest(tx, account, id))
  const files = await readFiles(ctx, account, request, given)
  const remark = given.remark.replace(/[^\P{Cc}\n]+/gu, ' ').trim()
  if (files.length === 0) throw new Failure('invalid', 'at least one file is needed', { property: 'files' })
  if (files.length > request.maxFiles) throw new Failure('tooMany', `at most ${request.maxFiles} files`)
  if (remark.length > 2000) throw new Failure('invalid', 'remark is too long', { property: 'remark' })
  return ctx.store.write(account, async (tx) => {
    const current = await ownRequest(tx, account, id)
    if (!isOpen(current, tx.now)) throw new Failure('conflict', 'the date has passed', { property: 'dueAt' })
    const receipt = await put(tx, ctx, current, files, remark)
    tx.changed('DocumentRequest', id, 'updated')
    const detail = files.map(({ name, size }) => `${name} (${size})`).join(', ')
    await appendAudit(tx, tx.now, {
      actor: login,
      action: 'request.hand-in',
      accountId: account,
      target: `${id}`,
      detail,
    })
    const told = { account, category: 'request', url: '/requests', once: `receipt:${receipt}` } as const
    const en = { title: `Handed in: ${current.title}`, text: `Receipt ${receipt}. ${detail}` }
    await notify(tx, { ...told, title: `Remis : ${current.title}`, text: `Reçu ${receipt}. ${detail}`, en }, tx.now)
    return receipt
  })
}

/** A file that the account itself has handed in. Throws Failure notFound. */
export const ownFile = async (tx: Reader, account: number, id: number, n: number): Promise<HandedFile> => {
  await ownRequest(tx, account, id)
  const file = (await handedFiles(tx, id, account)).find((one) => one.n === n)
  if (!file) throw new Failure('notFound', 'no such file')
  return file
}
