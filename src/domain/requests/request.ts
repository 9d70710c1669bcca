/** Documents asked for: what a request is, in the store and in words. Verbs of the management in ask.ts, of people in hand-in.ts. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { DocumentRequestTable } from '#store/schema/notices.ts'
import { type Audience, checkAudience } from '../directory/audience-rules.ts'
import { type FileKind, fileKinds } from './kinds.ts'

/** Words ending in `ing` are under way: the runner goes through the accounts, from `reached` on. */
export const requestStatuses = ['draft', 'opening', 'open', 'reminding', 'closed', 'purging', 'purged'] as const
export type RequestStatus = (typeof requestStatuses)[number]

export interface RequestDraft {
  /** School in whose name it asks; empty: the académie. */
  readonly uai: string
  readonly title: string
  /** Plain. */
  readonly text: string
  readonly audience: Audience
  /** Milliseconds: until then documents are taken and replaced. */
  readonly dueAt: number
  /** What was handed in is deleted then. */
  readonly keepUntil: number
  /** None: every kind. */
  readonly kinds: readonly FileKind[]
  readonly maxFiles: number
  /** Of each file. */
  readonly maxBytes: number
  readonly asksRemark: boolean
}

export interface StoredRequest extends RequestDraft {
  readonly id: number
  readonly status: RequestStatus
  readonly authorId: number | null
  readonly author: string
  readonly sender: string
  readonly openedAt: number | null
  readonly reached: number
  readonly recipients: number
  readonly reminders: number
  readonly remindedAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

type Data = Pick<
  StoredRequest,
  | 'title'
  | 'text'
  | 'audience'
  | 'kinds'
  | 'maxFiles'
  | 'maxBytes'
  | 'asksRemark'
  | 'sender'
  | 'reminders'
  | 'remindedAt'
>

export const encodeRequest = (one: Data): string => {
  const { title, text, audience, kinds, maxFiles, maxBytes, asksRemark, sender, reminders, remindedAt } = one
  return JSON.stringify({
    title,
    text,
    audience,
    kinds,
    maxFiles,
    maxBytes,
    asksRemark,
    sender,
    reminders,
    remindedAt,
  } satisfies Data)
}

export const mostFiles = 10
export const mostBytes = 50 * 1024 * 1024

type Row = Omit<DocumentRequestTable, 'id'> & { readonly id: number }

export const requestOf = (row: Row): StoredRequest => {
  const data = JSON.parse(row.data) as Partial<Data>
  return {
    id: row.id,
    status: requestStatuses.find((one) => one === row.status) ?? 'draft',
    authorId: row.author_id,
    author: row.author,
    uai: row.uai,
    title: data.title ?? '',
    text: data.text ?? '',
    audience: data.audience ?? { include: [], exclude: [] },
    kinds: data.kinds ?? [],
    maxFiles: data.maxFiles ?? 1,
    maxBytes: data.maxBytes ?? mostBytes,
    asksRemark: data.asksRemark ?? false,
    sender: data.sender ?? '',
    reminders: data.reminders ?? 0,
    remindedAt: data.remindedAt ?? 0,
    dueAt: row.due_at,
    keepUntil: row.keep_until,
    openedAt: row.opened_at,
    reached: row.reached,
    recipients: row.recipients,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('document_request').selectAll().where('id', '=', p.id),
)

/** Throws Failure notFound. */
export const getRequest = async (tx: Reader, id: number): Promise<StoredRequest> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', 'no such request')
  return requestOf(row)
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

const day = 86_400_000
const year = 366 * day

/** A draft as it is kept. Throws Failure invalid with the property at fault. */
export const checkRequest = (draft: RequestDraft, now: number): RequestDraft => {
  const title = draft.title.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  const text = draft.text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .trim()
  if (title === '' || title.length > 150) invalid('title', 'is 1 to 150 characters')
  if (text.length > 5000) invalid('text', 'has at most 5,000 characters')
  const { dueAt, keepUntil, maxFiles, maxBytes, kinds } = draft
  if (!Number.isSafeInteger(dueAt) || dueAt <= now || dueAt > now + year) invalid('dueAt', 'is within a year from now')
  if (!Number.isSafeInteger(keepUntil) || keepUntil < dueAt || keepUntil > dueAt + 2 * year)
    invalid('keepUntil', 'is within two years after the date')
  if (!Number.isInteger(maxFiles) || maxFiles < 1 || maxFiles > mostFiles)
    invalid('maxFiles', `is between 1 and ${mostFiles}`)
  if (!Number.isInteger(maxBytes) || maxBytes < 1024 || maxBytes > mostBytes) invalid('maxBytes', 'is at most 50 MB')
  if (kinds.some((kind) => !fileKinds.includes(kind))) invalid('kinds', 'has a kind that is none')
  return { ...draft, title, text, kinds: [...new Set(kinds)], audience: checkAudience(draft.audience) }
}

export interface HandedFile {
  readonly n: number
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
  readonly at: number
}

const files = statement((q, p: Params<{ request: number; account: number }>) =>
  q
    .selectFrom('document_request_file')
    .select(['n', 'blob_id as blobId', 'name', 'type', 'size', 'at'])
    .where('request_id', '=', p.request)
    .where('account_id', '=', p.account)
    .orderBy('n'),
)

/** What one person has handed in. */
export const handedFiles = (tx: Reader, request: number, account: number): Promise<HandedFile[]> =>
  tx.all(files, { request, account })
