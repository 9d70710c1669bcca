/**
 * Telling somebody something: one row in the outbox, written in the transaction of what happened. The runner (outbox.ts)
 * brings it to the person by the channels they have chosen, when they may be disturbed, and never twice.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Category } from './categories.data.ts'

export interface Translation {
  readonly title: string
  readonly text: string
}

export interface Notification {
  /** Account number. */
  readonly account: number
  readonly category: Category
  /** One line. */
  readonly title: string
  /** A few sentences, plain. */
  readonly text: string
  /** The same in English, for those who read it. */
  readonly en?: Translation
  /** A page of ours (`/notices/n1a`); empty: none. */
  readonly url: string
  /** Passes quiet hours. */
  readonly urgent?: boolean
  /** Milliseconds; at once when absent. */
  readonly notBefore?: number
  /** A name under which this person is told only once, whoever says it again. */
  readonly once?: string
}

interface Row {
  [column: string]: string | number | null
  account: number
  category: string
  title: string
  text: string
  en: string
  url: string
  urgent: number
  once: string | null
  stage: string
  before: number
  shown: number
  blob: number | null
  now: number
}

const insert = statement((q, p: Params<Row>) =>
  q
    .insertInto('notification')
    .values({
      account_id: p.account,
      category: p.category,
      title: p.title,
      text: p.text,
      en: p.en,
      url: p.url,
      urgent: p.urgent,
      once: p.once,
      stage: p.stage,
      not_before: p.before,
      shown: p.shown,
      blob_id: p.blob,
      created_at: p.now,
      seen_at: null,
    })
    .onConflict((on) => on.columns(['account_id', 'once']).doNothing()),
)

const maxTitle = 200
const maxText = 2000

const tidy = (text: string, longest: number): string =>
  text
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .trim()
    .slice(0, longest)

const line = (title: string): string => tidy(title, maxTitle).replaceAll('\n', ' ')

const translated = ({ en }: Pick<Notification, 'en'>): string =>
  en === undefined ? '' : JSON.stringify({ title: line(en.title), text: tidy(en.text, maxText) })

/** What a row says in a language: French where there is no translation. */
export const inLanguage = (
  { title, text, en }: { readonly title: string; readonly text: string; readonly en: string },
  language: 'fr' | 'en',
): Translation => (language === 'en' && en !== '' ? (JSON.parse(en) as Translation) : { title, text })

const isOwnPage = (url: string): boolean => url === '' || (/^\/(?![/\\])/.test(url) && url.length <= 500)

/** Within a transaction: tells somebody something. Throws Failure invalid: a link that is not a page of ours. */
export const notify = async (tx: Writer, wanted: Notification, now = Date.now()): Promise<void> => {
  if (!isOwnPage(wanted.url))
    throw new Failure('invalid', 'a notification leads to a page of ours', { property: 'url' })
  await tx.run(insert, {
    account: wanted.account,
    category: wanted.category,
    title: line(wanted.title),
    text: tidy(wanted.text, maxText),
    en: translated(wanted),
    url: wanted.url,
    urgent: wanted.urgent ? 1 : 0,
    once: wanted.once?.slice(0, 100) ?? null,
    stage: 'new',
    before: wanted.notBefore ?? now,
    shown: 0,
    blob: null,
    now,
  })
}

export interface Later extends Omit<Notification, 'notBefore'> {
  readonly stage: 'send' | 'digest'
  readonly blobId: number
  readonly notBefore: number
}

/** Within a transaction: a mail that many share, to be put into this mailbox later; the portal has it already. */
export const postLater = async (tx: Writer, wanted: Later, now: number): Promise<void> => {
  await tx.run(insert, {
    account: wanted.account,
    category: wanted.category,
    title: line(wanted.title),
    text: tidy(wanted.text, maxText),
    en: translated(wanted),
    url: wanted.url,
    urgent: wanted.urgent ? 1 : 0,
    once: wanted.once?.slice(0, 100) ?? null,
    stage: wanted.stage,
    before: wanted.notBefore,
    shown: 0,
    blob: wanted.blobId,
    now,
  })
}
