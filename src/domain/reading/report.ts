/** A message reported as a fraud: kept for those who look after it, put aside for whoever reported it. */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { getEmail } from '../mail/emails.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin } from '../mail/update.ts'
import { appendAudit } from '../people/audit.ts'
import { practiceMark, reportPractice } from '../phishing/practice/acts.ts'
import { authorOf } from './proof.ts'
import { headerOf } from './read.ts'

const day = 24 * 3_600_000
/** Reports of one account in a day. */
const mostInADay = 200
/** Reports, and with them the bytes of the messages, are kept so long. */
const keepFor = 180 * day
const undoWithin = day
/** A report that is put into no cluster. */
const leftOut = -1

export interface Reporter {
  readonly accountId: number
  readonly login: string
  readonly ip: string
}

const countSince = statement((q, p: Params<{ account: number; since: number }>) =>
  q
    .selectFrom('phishing_report')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account)
    .where('at', '>', p.since),
)
const openReport = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('phishing_report')
    .select('id')
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email)
    .where('undone_at', 'is', null)
    .limit(1),
)
const insertReport = statement(
  (
    q,
    p: Params<{
      account: number
      email: number
      blob: number
      sender: string
      subject: string
      findings: string
      mailboxes: string
      at: number
      cluster: number
    }>,
  ) =>
    q
      .insertInto('phishing_report')
      .values({
        account_id: p.account,
        email_id: p.email,
        blob_id: p.blob,
        sender: p.sender,
        subject: p.subject,
        findings: p.findings,
        mailboxes: p.mailboxes,
        at: p.at,
        undone_at: null,
        cluster_id: p.cluster,
      })
      .returning('id'),
)
const selectReport = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('phishing_report')
    .select(['email_id', 'mailboxes', 'at', 'undone_at'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)
const closeReport = statement((q, p: Params<{ account: number; id: number; at: number }>) =>
  q.updateTable('phishing_report').set({ undone_at: p.at }).where('account_id', '=', p.account).where('id', '=', p.id),
)
const forgetOld = statement((q, p: Params<{ before: number }>) =>
  q.deleteFrom('phishing_report').where('at', '<', p.before),
)
const junkOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('role', '=', 'junk').limit(1),
)
const mailboxesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select(['id', 'role']).where('account_id', '=', p.account),
)

const moveTo = async (tx: AccountWriter, email: number, mailboxIds: readonly number[]): Promise<void> => {
  const tally = new Tally(tx)
  const { updated } = await changeEmailsWithin(tx, tally, { update: new Map([[email, { mailboxIds }]]), destroy: [] })
  const failure = updated.get(email)
  if (failure) throw failure
  await tally.flush()
}

const words = (findings: readonly string[]): string =>
  findings
    .filter((one) => /^[a-z-]{1,30}$/.test(one))
    .slice(0, 20)
    .join(' ')

export interface Reported {
  readonly reportId: number
  /** False when the account has no mailbox for junk, or the message was there already. */
  readonly moved: boolean
}

/**
 * Reports an email and moves it to the junk mailbox, in one transaction with its line in the audit log. Reporting it
 * again changes nothing. `findings` is what the reader was warned of. Throws Failure notFound, throttled.
 */
export const reportEmail = async (
  ctx: Context,
  by: Reporter,
  emailId: number,
  findings: readonly string[],
): Promise<Reported> => {
  const { accountId: account, login, ip } = by
  const email = await ctx.store.read((tx) => getEmail(tx, account, emailId))
  if (!email) throw new Failure('notFound', 'no such email', { property: 'emailId' })
  const header = await headerOf(ctx, email)
  const sender = authorOf(header)?.address ?? ''
  const messageId = header.all('message-id')[0]
  return ctx.store.write(account, async (tx) => {
    const again = await tx.first(openReport, { account, email: emailId })
    if (again) return { reportId: again.id, moved: false }
    const { count = 0 } = (await tx.first(countSince, { account, since: tx.now - day })) ?? {}
    if (Number(count) >= mostInADay) throw new Failure('throttled', 'too many reports today', { retryAfter: day })
    const practised = email.mark === practiceMark
    if (practised) await reportPractice(tx, messageId, account, tx.now)
    const row = await tx.first(insertReport, {
      account,
      email: emailId,
      blob: email.blobId,
      // Of practice nothing is noted that would tell which one it was.
      sender: practised ? '' : sender.slice(0, 320),
      subject: practised ? '' : email.content.subject.slice(0, 300),
      findings: words(findings),
      mailboxes: JSON.stringify(email.mailboxIds),
      at: tx.now,
      // Practice is no fraud: it is counted by itself, and nobody has to judge it.
      cluster: practised ? leftOut : 0,
    })
    const junk = (await tx.first(junkOf, { account }))?.id
    const moved = junk !== undefined && !(email.mailboxIds.length === 1 && email.mailboxIds[0] === junk)
    if (moved) await moveTo(tx, emailId, [junk])
    const target = `email ${emailId}`
    await appendAudit(tx, tx.now, {
      actor: login,
      action: 'mail.report',
      accountId: account,
      target,
      detail: practised ? '' : sender,
      ip,
    })
    await tx.run(forgetOld, { before: tx.now - keepFor })
    return { reportId: row?.id ?? 0, moved }
  })
}

/** Takes a report back and puts the email where it was (the inbox when those mailboxes are gone). Throws Failure notFound. */
export const undoReport = (ctx: Context, by: Reporter, reportId: number): Promise<void> => {
  const { accountId: account, login, ip } = by
  return ctx.store.write(account, async (tx) => {
    const report = await tx.first(selectReport, { account, id: reportId })
    if (!report || report.undone_at !== null || report.at < tx.now - undoWithin)
      throw new Failure('notFound', 'no such report', { property: 'reportId' })
    const there = await tx.all(mailboxesOf, { account })
    const before = (JSON.parse(report.mailboxes) as number[]).filter((id) => there.some((one) => one.id === id))
    const inbox = there.find(({ role }) => role === 'inbox')
    const places = before.length > 0 ? before : inbox ? [inbox.id] : []
    if (places.length > 0) await moveTo(tx, report.email_id, places)
    await tx.run(closeReport, { account, id: reportId, at: tx.now })
    const target = `email ${report.email_id}`
    await appendAudit(tx, tx.now, { actor: login, action: 'mail.report-undo', accountId: account, target, ip })
  })
}
