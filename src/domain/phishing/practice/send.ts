/**
 * Sending a campaign: a slice of accounts at a time, in the order of their numbers; how far it has come is in its row. What
 * one person gets (that they have one, the token, the message) is one transaction on their account: a kill at any instant
 * brings nobody two. The message is put into the mailbox by this house itself, so that no filter of ours warns of it.
 */
import { randomBytes } from 'node:crypto'
import { isFailure } from '#base/failure.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { buildMessage, encodeHeaderText } from '#format/mime/build.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { depositWithin } from '../../delivery/deposit.ts'
import { Refusal } from '../../delivery/refusal.ts'
import { membersOf } from '../../directory/audience.ts'
import { readContent } from '../../mail/content.ts'
import type { People } from '../../people/people.ts'
import { hashOf, practiceHost, practiceMark, practicePath } from './acts.ts'
import { endWithin, getCampaign, type StoredCampaign } from './campaigns.ts'
import { practiceTemplates } from './templates.data.ts'

const slice = 50

const underWay = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('practice_campaign')
    .select(['id', 'ends_at as ends'])
    .where('status', 'in', ['sending', 'running'])
    .where((eb) => eb.or([eb('status', '=', 'sending'), eb('ends_at', '<=', p.now)]))
    .orderBy('id')
    .limit(20),
)
const setReached = statement((q, p: Params<{ id: number; was: number; reached: number; now: number }>) =>
  q
    .updateTable('practice_campaign')
    .set({ reached: p.reached, updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', '=', 'sending')
    .where('reached', '=', p.was),
)
const setRunning = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('practice_campaign')
    .set({ status: 'running', updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', '=', 'sending'),
)
const addRecipient = statement((q, p: Params<{ campaign: number; account: number }>) =>
  q
    .insertInto('practice_recipient')
    .values({ campaign_id: p.campaign, account_id: p.account })
    .onConflict((on) => on.columns(['campaign_id', 'account_id']).doNothing()),
)
const addToken = statement((q, p: Params<{ token: string; campaign: number }>) =>
  q.insertInto('practice_token').values({ token: p.token, campaign_id: p.campaign, clicked: 0, reported: 0 }),
)
const addressesOf = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('address')
      .select(['account_id as account', 'address'])
      .where('account_id', 'in', [...ids])
      .where('kind', '=', 'primary'),
  )

/** The message of one person. */
export const composePractice = (people: People, campaign: StoredCampaign, to: string, token: string): Uint8Array => {
  const { language, subject, body, senderName } = campaign
  const template = practiceTemplates[campaign.template]
  const link = `${people.options.publicUrl}${practicePath}/${token}`
  const html = escapeHtml(body)
    .replace('{lien}', `<a href="${escapeHtml(link)}">${escapeHtml(template.link[language])}</a>`)
    .split(/\n{2,}/)
    .map((one) => `<p>${one.replaceAll('\n', '<br>')}</p>`)
    .join('\n')
  return buildMessage(
    [
      ['Date', formatDate(people.ctx.clock.now())],
      ['From', `${encodeHeaderText(senderName)} <${template.sender}>`],
      ['To', `<${to}>`],
      ['Subject', encodeHeaderText(subject)],
      ['Message-ID', `<${token}@${practiceHost}>`],
      ['Auto-Submitted', 'auto-generated'],
    ],
    {
      type: 'multipart/alternative',
      parts: [
        { type: 'text/plain', text: body.replace('{lien}', link), language: [language] },
        {
          type: 'text/html',
          text: `<!doctype html><html lang="${language}"><body>${html}</body></html>`,
          language: [language],
        },
      ],
    },
    { boundary: () => `=_${randomBytes(12).toString('hex')}` },
  )
}

const sendOne = async (people: People, campaign: StoredCampaign, account: number, to: string): Promise<void> => {
  const { ctx } = people
  const token = randomBytes(16).toString('base64url')
  const bytes = composePractice(people, campaign, to, token)
  const blob = await ctx.store.blobs.prepare(bytes)
  const content = readContent(bytes)
  try {
    await ctx.store.write(account, async (tx) => {
      if ((await tx.run(addRecipient, { campaign: campaign.id, account })).changes === 0) return
      await tx.run(addToken, { token: hashOf(token), campaign: campaign.id })
      await depositWithin(ctx, tx, { blob, content, junk: false, receivedAt: tx.now, mark: practiceMark })
    })
  } catch (error) {
    // No mailbox, no room, gone: not practised with.
    if (!(error instanceof Refusal) && !isFailure(error)) throw error
  }
}

const sendSlice = async (people: People, campaign: StoredCampaign): Promise<void> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const { id, reached } = campaign
  const { ids, next, addresses } = await store.read(async (tx) => {
    const found = await membersOf(tx, campaign.audience, { now, after: reached, limit: slice })
    const rows = found.ids.length === 0 ? [] : await addressesOf(tx, found.ids)
    return { ...found, addresses: new Map(rows.map(({ account, address }) => [account, address])) }
  })
  for (const account of ids) {
    const to = addresses.get(account)
    if (to !== undefined) await sendOne(people, campaign, account, to)
  }
  await store.writeGlobal((tx) =>
    next === null ? tx.run(setRunning, { id, now }) : tx.run(setReached, { id, was: reached, reached: next, now }),
  )
}

/** Sends the next slice of each campaign, ends those whose time is over. Returns how many there were. */
export const runPractice = async (people: People): Promise<number> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const rows = await store.read((tx) => tx.all(underWay, { now }))
  for (const { id, ends } of rows)
    if (ends <= now) await store.writeGlobal((tx) => endWithin(tx, id, now))
    else await sendSlice(people, await store.read((tx) => getCampaign(tx, id)))
  return rows.length
}
