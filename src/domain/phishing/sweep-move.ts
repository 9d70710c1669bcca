/** Messages of a fraud moved to the junk, mailbox after mailbox, and back where they were. */
import { isFailure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin } from '../mail/update.ts'
import { notify } from '../notify/notify.ts'
import type { People } from '../people/people.ts'
import { type SweepRow, setState } from './sweep-rows.ts'
import { compromisePath, languageOfLocale } from './tell.ts'
import { taken } from './words.data.ts'

const mailSlice = 50

const nextMails = statement((q, p: Params<{ sweep: number; limit: number }>) =>
  q
    .selectFrom('phishing_sweep_mail')
    .select(['account_id as account', 'email_id as email', 'before'])
    .where('sweep_id', '=', p.sweep)
    .where('before', '=', '')
    .orderBy('account_id')
    .limit(p.limit),
)
const movedMails = statement((q, p: Params<{ sweep: number; limit: number }>) =>
  q
    .selectFrom('phishing_sweep_mail')
    .select(['account_id as account', 'email_id as email', 'before'])
    .where('sweep_id', '=', p.sweep)
    .where('before', 'like', '[%')
    .orderBy('account_id')
    .limit(p.limit),
)
const noteMail = statement(
  (q, p: Params<{ sweep: number; account: number; email: number; before: string; was: string }>) =>
    q
      .updateTable('phishing_sweep_mail')
      .set({ before: p.before })
      .where('sweep_id', '=', p.sweep)
      .where('account_id', '=', p.account)
      .where('email_id', '=', p.email)
      .where('before', '=', p.was),
)
const addMoved = statement((q, p: Params<{ id: number; by: number; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set((eb) => ({ moved: eb('moved', '+', p.by), updated_at: p.now }))
    .where('id', '=', p.id),
)
const mailboxesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select(['id', 'role']).where('account_id', '=', p.account),
)
const placesOf = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .select('mailbox_id as id')
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email),
)
const localeOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

/** What somebody wrote, or has thrown away, is theirs. */
const untouched: ReadonlySet<string> = new Set(['sent', 'drafts', 'trash', 'junk', 'templates'])

const place = async (tx: AccountWriter, email: number, mailboxIds: readonly number[]): Promise<void> => {
  const counts = new Tally(tx)
  const { updated } = await changeEmailsWithin(tx, counts, { update: new Map([[email, { mailboxIds }]]), destroy: [] })
  const failure = updated.get(email)
  if (failure) throw failure
  await counts.flush()
}

const takeOne = async (tx: AccountWriter, sweep: number, email: number): Promise<void> => {
  const account = tx.accountId
  const boxes = await tx.all(mailboxesOf, { account })
  const junk = boxes.find(({ role }) => role === 'junk')?.id
  const here = [...new Set((await tx.all(placesOf, { account, email })).map(({ id }) => id))]
  const own = here.some((id) => untouched.has(boxes.find((box) => box.id === id)?.role ?? ''))
  const moves = junk !== undefined && here.length > 0 && !own
  const { changes } = await tx.run(noteMail, {
    sweep,
    account,
    email,
    was: '',
    before: moves ? JSON.stringify(here) : '-',
  })
  if (changes === 0 || !moves) return
  await place(tx, email, [junk])
  await tx.run(addMoved, { id: sweep, by: 1, now: tx.now })
  const locale = (await tx.first(localeOf, { account }))?.locale ?? 'fr'
  const once = `fraud:${sweep}`
  await notify(
    tx,
    { account, category: 'ticket', ...taken[languageOfLocale(locale)], url: compromisePath, once },
    tx.now,
  )
}

const putBack = async (tx: AccountWriter, sweep: number, email: number, was: string): Promise<void> => {
  const account = tx.accountId
  const { changes } = await tx.run(noteMail, { sweep, account, email, was, before: '-' })
  if (changes === 0) return
  await tx.run(addMoved, { id: sweep, by: -1, now: tx.now })
  const boxes = await tx.all(mailboxesOf, { account })
  const junk = boxes.find(({ role }) => role === 'junk')?.id
  const here = (await tx.all(placesOf, { account, email })).map(({ id }) => id)
  // Its owner has done something else with it since.
  if (here.length !== 1 || here[0] !== junk) return
  const old = (JSON.parse(was) as number[]).filter((id) => boxes.some((box) => box.id === id))
  const inbox = boxes.find(({ role }) => role === 'inbox')?.id
  await place(tx, email, old.length > 0 ? old : inbox === undefined ? here : [inbox])
}

/** Moves the next slice of mailboxes, or moves it back. */
export const moveSlice = async (people: People, row: SweepRow): Promise<void> => {
  const { store, clock } = people.ctx
  const isBack = row.state === 'undoing'
  const mails = await store.read((tx) => tx.all(isBack ? movedMails : nextMails, { sweep: row.id, limit: mailSlice }))
  if (mails.length === 0) {
    const next = isBack ? 'undone' : 'done'
    await store.writeGlobal((tx) => tx.run(setState, { id: row.id, state: next, was: row.state, now: clock.now() }))
    return
  }
  for (const { account, email, before: was } of mails)
    try {
      await store.write(account, (tx) => (isBack ? putBack(tx, row.id, email, was) : takeOne(tx, row.id, email)))
    } catch (error) {
      if (!isFailure(error)) throw error
      // Gone, or no room: nothing to be done there, and the others do not wait.
      await store.writeGlobal((tx) => tx.run(noteMail, { sweep: row.id, account, email, was, before: '-' }))
    }
}
