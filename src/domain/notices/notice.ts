/**
 * Official notices: what one is, in the store and in words, and what has happened to it. The rights are in rights.ts, the
 * verbs of authors in write.ts, the runner in publish.ts, the side of readers in read.ts.
 */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { NoticeTable } from '#store/schema/notices.ts'
import { type Audience, checkAudience } from '../directory/audience-rules.ts'

/** Words ending in `ing` are under way: the runner goes through the accounts, from `reached` on. */
export const noticeStatuses = [
  'draft',
  'scheduled',
  'publishing',
  'published',
  'correcting',
  'reminding',
  'withdrawing',
  'withdrawn',
  'expiring',
  'expired',
] as const
export type NoticeStatus = (typeof noticeStatuses)[number]

/** What the author writes. */
export interface NoticeDraft {
  /** School in whose name it speaks; empty: the académie. */
  readonly uai: string
  readonly title: Words
  /** Markdown; English empty when there is no translation. */
  readonly body: Words
  readonly audience: Audience
  readonly urgent: boolean
  /** Readers are asked to say that they have read it. */
  readonly acknowledge: boolean
  /** Milliseconds; null: never. */
  readonly expiresAt: number | null
}

export interface StoredNotice extends NoticeDraft {
  readonly id: number
  readonly status: NoticeStatus
  readonly authorId: number | null
  readonly author: string
  /** Who speaks, as readers see it. */
  readonly sender: string
  readonly publishAt: number | null
  readonly publishedAt: number | null
  readonly correctedAt: number | null
  /** What a correction or withdrawal is about. */
  readonly note: Words
  readonly reached: number
  readonly recipients: number
  readonly mailBlobId: number | null
  /** How often non-readers were reminded. */
  readonly reminders: number
  readonly createdAt: number
  readonly updatedAt: number
}

interface Data {
  readonly title: Words
  readonly body: Words
  readonly audience: Audience
  readonly sender: string
  readonly note: Words
  readonly reminders: number
}

const noWords: Words = { fr: '', en: '' }

export const encodeData = ({ title, body, audience, sender, note, reminders }: Data): string =>
  JSON.stringify({ title, body, audience, sender, note, reminders })

type Row = Omit<NoticeTable, 'id'> & { readonly id: number }

export const noticeOf = (row: Row): StoredNotice => {
  const data = JSON.parse(row.data) as Partial<Data>
  return {
    id: row.id,
    status: noticeStatuses.find((one) => one === row.status) ?? 'draft',
    authorId: row.author_id,
    author: row.author,
    uai: row.uai,
    title: data.title ?? noWords,
    body: data.body ?? noWords,
    audience: data.audience ?? { include: [], exclude: [] },
    sender: data.sender ?? '',
    note: data.note ?? noWords,
    reminders: data.reminders ?? 0,
    urgent: row.urgent === 1,
    acknowledge: row.acknowledge === 1,
    publishAt: row.publish_at,
    publishedAt: row.published_at,
    correctedAt: row.corrected_at,
    expiresAt: row.expires_at,
    reached: row.reached,
    recipients: row.recipients,
    mailBlobId: row.mail_blob_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const byId = statement((q, p: Params<{ id: number }>) => q.selectFrom('notice').selectAll().where('id', '=', p.id))

/** Throws Failure notFound. */
export const getNotice = async (tx: Reader, id: number): Promise<StoredNotice> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', 'no such notice')
  return noticeOf(row)
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

const maxTitle = 150
const maxBody = 20_000
const year = 366 * 86_400_000

const line = (property: string, text: string, needed: boolean): string => {
  const tidy = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  if (tidy.length > maxTitle) invalid(property, `has at most ${maxTitle} characters`)
  if (needed && tidy === '') invalid(property, 'is needed')
  return tidy
}

const markdown = (property: string, text: string, needed: boolean): string => {
  const tidy = text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]+/gu, '')
    .trim()
  if (tidy.length > maxBody) invalid(property, `has at most ${maxBody} characters`)
  if (needed && tidy === '') invalid(property, 'is needed')
  return tidy
}

/** Title and text, checked. Throws Failure invalid (`property` title or body). */
export const checkWords = (title: Words, body: Words): { readonly title: Words; readonly body: Words } => {
  const en = line('title', title.en, false)
  const translated = markdown('body', body.en, false)
  if ((en === '') !== (translated === '')) invalid(en === '' ? 'title' : 'body', 'is not translated')
  return {
    title: { fr: line('title', title.fr, true), en },
    body: { fr: markdown('body', body.fr, true), en: translated },
  }
}

/** A few words about a correction or a withdrawal. Throws Failure invalid. */
export const checkNote = ({ fr, en }: Words): Words => {
  const short = (text: string) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  if (short(fr) === '') invalid('note', 'is needed')
  if (fr.length > 500 || en.length > 500) invalid('note', 'has at most 500 characters')
  return { fr: short(fr), en: short(en) || short(fr) }
}

/** A draft as it is kept. Throws Failure invalid with the property at fault. */
export const checkDraft = (draft: NoticeDraft, now: number): NoticeDraft => {
  const { expiresAt } = draft
  if (expiresAt !== null && (!Number.isSafeInteger(expiresAt) || expiresAt <= now)) invalid('expiresAt', 'is past')
  if (expiresAt !== null && expiresAt > now + 2 * year) invalid('expiresAt', 'is more than two years away')
  return { ...draft, ...checkWords(draft.title, draft.body), audience: checkAudience(draft.audience) }
}

// -- what happened -----------------------------------------------------------------------------------------------------

export type NoticeAction =
  | 'create'
  | 'change'
  | 'schedule'
  | 'unschedule'
  | 'publish'
  | 'published'
  | 'refused'
  | 'correct'
  | 'remind'
  | 'withdraw'
  | 'expire'

export interface NoticeAct {
  readonly at: number
  readonly actor: string
  readonly action: NoticeAction
  /** The words before a correction, the number of recipients... */
  readonly detail: Readonly<Record<string, unknown>>
}

const acts = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('notice_act').selectAll().where('notice_id', '=', p.id).orderBy('n').limit(500),
)
const lastAct = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('notice_act')
    .select((eb) => eb.fn.max('n').as('n'))
    .where('notice_id', '=', p.id),
)
const insertAct = statement(
  (q, p: Params<{ id: number; n: number; at: number; actor: string; action: string; data: string }>) =>
    q
      .insertInto('notice_act')
      .values({ notice_id: p.id, n: p.n, at: p.at, actor: p.actor, action: p.action, data: p.data }),
)

/** Everything that happened to a notice, in order. */
export const actsOf = async (tx: Reader, id: number): Promise<NoticeAct[]> =>
  (await tx.all(acts, { id })).map(({ at, actor, action, data }) => ({
    at,
    actor,
    action: action as NoticeAction,
    detail: JSON.parse(data) as NoticeAct['detail'],
  }))

/** Within a transaction: adds to what happened. */
export const addAct = async (
  tx: Writer,
  id: number,
  at: number,
  actor: string,
  action: NoticeAction,
  detail: NoticeAct['detail'] = {},
): Promise<void> => {
  const last = Number((await tx.first(lastAct, { id }))?.n ?? 0)
  await tx.run(insertAct, { id, n: last + 1, at, actor, action, data: JSON.stringify(detail) })
}

// -- files -------------------------------------------------------------------------------------------------------------

export interface NoticeFile {
  readonly n: number
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
}

const files = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('notice_file')
    .select(['n', 'blob_id as blobId', 'name', 'type', 'size'])
    .where('notice_id', '=', p.id)
    .orderBy('n'),
)

export const filesOf = (tx: Reader, id: number): Promise<NoticeFile[]> => tx.all(files, { id })
