/** What is done with a practice message: its link was opened, or it was reported. Only the message's own token is known. */
import { createHash } from 'node:crypto'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { notify } from '../../notify/notify.ts'
import type { People } from '../../people/people.ts'
import { languageOfLocale } from '../tell.ts'
import { told } from '../words.data.ts'
import type { TemplateId } from './templates.data.ts'
import { templateIds } from './templates.data.ts'

/** The mark of practice messages: given at internal delivery only, so that nothing else can pass for one. */
export const practiceMark = 'practice'
/** The domain of their Message-IDs. */
export const practiceHost = 'practice.example'
export const practicePath = '/practice'

export const tokenForm = /^[A-Za-z0-9_-]{22}$/
export const hashOf = (token: string): string => createHash('sha256').update(`practice ${token}`).digest('hex')

/** The token in the Message-ID of a practice message. */
export const tokenIn = (messageId: string | undefined): string | undefined => {
  const [, token = ''] = /<?([A-Za-z0-9_-]{22})@practice\.example>?/.exec(messageId ?? '') ?? []
  return token === '' ? undefined : token
}

const campaignOfToken = statement((q, p: Params<{ token: string }>) =>
  q
    .selectFrom('practice_token')
    .innerJoin('practice_campaign', 'practice_campaign.id', 'practice_token.campaign_id')
    .select(['practice_campaign.template', 'practice_campaign.language'])
    .where('practice_token.token', '=', p.token),
)
const setClicked = statement((q, p: Params<{ token: string }>) =>
  q.updateTable('practice_token').set({ clicked: 1 }).where('token', '=', p.token).where('clicked', '=', 0),
)
const setReported = statement((q, p: Params<{ token: string }>) =>
  q.updateTable('practice_token').set({ reported: 1 }).where('token', '=', p.token),
)
const localeOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

export interface Opened {
  readonly template: TemplateId
  readonly language: 'fr' | 'en'
}

/** Somebody opened the link. Undefined for a token that is none, or whose campaign has ended: the page is shown all the same. */
export const openPractice = async (people: People, token: string): Promise<Opened | undefined> => {
  if (!tokenForm.test(token)) return
  const { store } = people.ctx
  const hash = hashOf(token)
  const row = await store.read((tx) => tx.first(campaignOfToken, { token: hash }))
  if (!row) return
  await store.writeGlobal((tx) => tx.run(setClicked, { token: hash }))
  const template = templateIds.find((one) => one === row.template) ?? 'quota'
  return { template, language: row.language === 'en' ? 'en' : 'fr' }
}

/** Whether a Message-ID is that of a practice message under way. */
export const isPractice = async (tx: Reader, messageId: string | undefined): Promise<boolean> => {
  const token = tokenIn(messageId)
  return token !== undefined && (await tx.first(campaignOfToken, { token: hashOf(token) })) !== undefined
}

/**
 * Within a transaction: a practice message was reported: counted without whose it is, and its reporter is told bravo.
 * Returns false when it is none, or its campaign has ended.
 */
export const reportPractice = async (
  tx: Writer,
  messageId: string | undefined,
  account: number,
  now: number,
): Promise<boolean> => {
  const token = tokenIn(messageId)
  if (token === undefined || (await tx.run(setReported, { token: hashOf(token) })).changes === 0) return false
  const { title, text } = told[languageOfLocale((await tx.first(localeOf, { account }))?.locale ?? '')].practice
  await notify(tx, { account, category: 'ticket', title, text, url: '' }, now)
  return true
}
