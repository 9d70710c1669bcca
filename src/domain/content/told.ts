/** Official notices and documents asked for, as a file has them: what they say and whom for, never who has read them. */
import type { Words } from '#format/jmap/portal.ts'
import type { BlobStore, PendingBlob } from '#store/blobs/blobs.ts'
import type { Reader, Writer } from '#store/engine.ts'
import { fileName, type KeptFile, maxFileBytes, maxNoticeFiles } from '../notices/files.ts'
import { checkDraft, filesOf, type NoticeDraft, noticeOf } from '../notices/notice.ts'
import { keepNotice } from '../notices/write.ts'
import { keepRequest } from '../requests/ask.ts'
import { fileKinds } from '../requests/kinds.ts'
import { checkRequest, mostBytes, type RequestDraft, requestOf } from '../requests/request.ts'
import { type FileAudience, inAudience, type Names, outAudience } from './names.ts'
import { momentText, type Place } from './places.ts'
import type { Counts, Write } from './section.ts'

const mostNotices = 1000
const mostRequests = 1000

/** What was withdrawn or has ended stays where it was: nobody should publish it again by mistake. */
const livingNotices = ['draft', 'scheduled', 'publishing', 'published', 'correcting', 'reminding'] as const
const livingRequests = ['draft', 'opening', 'open', 'reminding', 'closed'] as const

interface FileFile {
  readonly name: string
  readonly type: string
  readonly size: number
  /** Base64. */
  readonly data: string
}

export interface FileNotice {
  readonly uai: string
  readonly sender: string
  readonly title: Words
  readonly body: Words
  readonly audience: FileAudience
  readonly urgent: boolean
  readonly acknowledge: boolean
  readonly expiresAt: string | null
  readonly files: readonly FileFile[]
}

type Said = NoticeDraft & { readonly sender: string }

const fileNotice = (notice: Said, names: Names, files: readonly FileFile[]): FileNotice => ({
  uai: notice.uai,
  sender: notice.sender,
  title: { fr: notice.title.fr, en: notice.title.en },
  body: { fr: notice.body.fr, en: notice.body.en },
  audience: outAudience(notice.audience, names),
  urgent: notice.urgent,
  acknowledge: notice.acknowledge,
  expiresAt: momentText(notice.expiresAt),
  files,
})

/** Notices that are written or in force. */
export const livingNoticesOf = async (tx: Reader) =>
  (
    await tx.query((q) =>
      q
        .selectFrom('notice')
        .selectAll()
        .where('status', 'in', [...livingNotices])
        .orderBy('id')
        .limit(mostNotices),
    )
  ).map(noticeOf)

/** Requests that are written, open or over, but not erased. */
export const livingRequestsOf = async (tx: Reader) =>
  (
    await tx.query((q) =>
      q
        .selectFrom('document_request')
        .selectAll()
        .where('status', 'in', [...livingRequests])
        .orderBy('id')
        .limit(mostRequests),
    )
  ).map(requestOf)

/** `data`: without it, files are named and not read. */
export const outNotices = async (tx: Reader, names: Names, blobs: BlobStore | undefined): Promise<FileNotice[]> => {
  const rows: FileNotice[] = []
  for (const notice of await livingNoticesOf(tx)) {
    const files: FileFile[] = []
    for (const { name, type, size, blobId } of await filesOf(tx, notice.id)) {
      const data = blobs ? Buffer.from(await blobs.bytesIn(tx, blobId)).toString('base64') : ''
      files.push({ name, type, size, data })
    }
    const row = fileNotice(notice, names, files)
    if (row.audience.include.length > 0) rows.push(row)
  }
  return rows
}

/** A notice of a file with its files on their way into the store. */
export interface ReadNotice {
  readonly said: Said
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]
}

const base64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

const inFile = (place: Place) => {
  place.only('name', 'type', 'size', 'data')
  const name = fileName(place.at('name').needed(300))
  if (name === '') place.at('name').fault('is not the name of a file')
  const type = place.at('type').text(100)
  const data = place.at('data').text(Math.ceil((maxFileBytes * 4) / 3) + 4)
  if (!base64.test(data)) place.at('data').fault('is not base64')
  const bytes = new Uint8Array(Buffer.from(data, 'base64'))
  const known = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type.toLowerCase() : 'application/octet-stream'
  return { name, type: known, bytes }
}

const inNotice = (place: Place, names: Names, now: number): ReadNotice | undefined => {
  place.only('uai', 'sender', 'title', 'body', 'audience', 'urgent', 'acknowledge', 'expiresAt', 'files')
  const expiresAt = place.at('expiresAt').moment()
  const draft: NoticeDraft = {
    uai: place.at('uai').text(8),
    title: place.at('title').words(500),
    body: place.at('body').words(50_000),
    audience: inAudience(place.at('audience'), names),
    urgent: place.at('urgent').yes(),
    acknowledge: place.at('acknowledge').yes(),
    expiresAt,
  }
  const sender = place.at('sender').text(300)
  const files = place.at('files').list(maxNoticeFiles).map(inFile)
  // What has ended meanwhile is still worth keeping; it cannot be published before its author gives it another end.
  const checked = place.checked(() => checkDraft(draft, expiresAt === null ? now : Math.min(now, expiresAt - 1)))
  return checked && { said: { ...checked, sender }, files }
}

export const inNotices = (place: Place, names: Names, now: number): ReadNotice[] =>
  place.list(mostNotices).flatMap((one) => inNotice(one, names, now) ?? [])

/** A notice whose files are ready to be attached to a transaction. */
export interface ReadyNotice {
  readonly said: Said
  readonly files: readonly {
    readonly name: string
    readonly type: string
    readonly size: number
    readonly blob: PendingBlob
  }[]
}

/** Brings the files into the store, one after another. */
export const readyNotices = async (notices: readonly ReadNotice[], blobs: BlobStore): Promise<ReadyNotice[]> => {
  const ready: ReadyNotice[] = []
  for (const { said, files } of notices) {
    const brought = []
    for (const { name, type, bytes } of files)
      brought.push({ name, type, size: bytes.length, blob: await blobs.prepare(bytes) })
    ready.push({ said, files: brought })
  }
  return ready
}

/** Two notices are one when they say the same to the same people with files of the same names and sizes. */
const noticeKey = (row: FileNotice): string =>
  JSON.stringify({ ...row, files: row.files.map(({ name, type, size }) => [name, type, size]) })

export const putNotices = async (
  tx: Writer,
  notices: readonly ReadyNotice[],
  { now, actor, names }: Write,
  blobs: BlobStore,
): Promise<Counts> => {
  const known = new Set((await outNotices(tx, names, undefined)).map(noticeKey))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const { said, files } of notices) {
    const shown = files.map(({ name, type, size }) => ({ name, type, size, data: '' }))
    if (known.has(noticeKey(fileNotice(said, names, shown)))) {
      counts.unchanged++
      continue
    }
    const kept: KeptFile[] = []
    for (const { name, type, size, blob } of files)
      kept.push({ name, type, size, blobId: await blobs.attach(tx, blob) })
    await keepNotice(tx, actor, now, { ...said, files: kept })
    counts.created++
  }
  return counts
}

// -- documents asked for ---------------------------------------------------------------------------------------------

const fileRequest = (request: RequestDraft & { readonly sender: string }, names: Names) => ({
  uai: request.uai,
  sender: request.sender,
  title: request.title,
  text: request.text,
  audience: outAudience(request.audience, names),
  dueAt: momentText(request.dueAt),
  keepUntil: momentText(request.keepUntil),
  kinds: [...request.kinds],
  maxFiles: request.maxFiles,
  maxBytes: request.maxBytes,
  asksRemark: request.asksRemark,
})

export type FileRequest = ReturnType<typeof fileRequest>

export const outRequests = async (tx: Reader, names: Names): Promise<FileRequest[]> =>
  (await livingRequestsOf(tx))
    .map((request) => fileRequest(request, names))
    .filter(({ audience }) => audience.include.length > 0)

const inRequest = (place: Place, names: Names, now: number) => {
  place.only(
    ...['uai', 'sender', 'title', 'text', 'audience', 'dueAt', 'keepUntil', 'kinds', 'maxFiles', 'maxBytes'],
    'asksRemark',
  )
  const [dueAt, keepUntil] = [place.at('dueAt').moment(), place.at('keepUntil').moment()]
  if (dueAt === null) place.at('dueAt').fault('is needed')
  if (keepUntil === null) place.at('keepUntil').fault('is needed')
  const draft: RequestDraft = {
    uai: place.at('uai').text(8),
    title: place.at('title').needed(300),
    text: place.at('text').text(6000),
    audience: inAudience(place.at('audience'), names),
    dueAt: dueAt ?? 0,
    keepUntil: keepUntil ?? 0,
    kinds: place
      .at('kinds')
      .list(10)
      .map((one) => one.oneOf(fileKinds, 'pdf')),
    maxFiles: place.at('maxFiles').number(1),
    maxBytes: place.at('maxBytes').number(mostBytes),
    asksRemark: place.at('asksRemark').yes(),
  }
  if (dueAt === null || keepUntil === null) return
  const checked = place.checked(() => checkRequest(draft, Math.min(now, dueAt - 1)))
  return checked && { ...checked, sender: place.at('sender').text(300) }
}

export const inRequests = (place: Place, names: Names, now: number) =>
  place.list(mostRequests).flatMap((one) => inRequest(one, names, now) ?? [])

export const putRequests = async (
  tx: Writer,
  requests: readonly (RequestDraft & { readonly sender: string })[],
  { now, actor, names }: Write,
): Promise<Counts> => {
  const known = new Set((await outRequests(tx, names)).map((one) => JSON.stringify(one)))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const one of requests) {
    if (known.has(JSON.stringify(fileRequest(one, names)))) counts.unchanged++
    else {
      await keepRequest(tx, actor, now, one)
      counts.created++
    }
  }
  return counts
}
