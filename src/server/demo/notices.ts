/**
 * Notices and requests of the demonstration, once. They are there as if they had come some time ago: in the portal, without
 * mail, so that the mailboxes stay what their story says. Call it before the clockwork of notifications starts.
 */
import { audience } from '#domain/directory/audience-rules.ts'
import type { Actor } from '#domain/directory/delegation.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { acknowledgeNotice, seeNotice } from '#domain/notices/read.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { createRequest, openRequest } from '#domain/requests/ask.ts'
import { runRequests } from '#domain/requests/run.ts'
import { addDays, parisMoment, parisTime } from '#domain/support/paris.ts'
import { type Params, statement } from '#store/engine.ts'
import type { House } from '../house.ts'
import { type DemoNotice, type DemoRequest, notices, requests } from './notices.data.ts'

const mark = 'demo.notices'
const day = 86_400_000

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)
const write = statement((q, p: Params<{ name: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: '1' })
    .onConflict((on) => on.column('name').doNothing()),
)
/** What would still be mailed has been told long ago. */
const settle = statement((q, p: Params<{ none: number | null }>) =>
  q.updateTable('notification').set({ stage: 'done', not_before: p.none, shown: 1 }).where('stage', '!=', 'done'),
)

const actorOf = async ({ store }: House, login: string): Promise<Actor | undefined> => {
  const account = await store.read((tx) => findAccount(tx, login)).catch(() => undefined)
  return account && { accountId: account.id, login, admin: account.admin }
}

const putNotice = async (house: House, { by, uai, title, body, to, state, ...more }: DemoNotice): Promise<void> => {
  const actor = await actorOf(house, by)
  if (!actor) return
  const { people, ctx } = house
  const id = await createNotice(people, actor, {
    uai,
    title,
    body,
    audience: audience(to),
    urgent: more.urgent ?? false,
    acknowledge: more.acknowledge ?? false,
    expiresAt: null,
  })
  if (state === 'draft') return
  const at = state === undefined ? null : ctx.clock.now() + state * day
  await publishNotice(people, actor, id, at)
  if (at !== null) return
  await runNotices(people, () => false, true)
  for (const [logins, verb] of [
    [more.seen, seeNotice],
    [more.acknowledged, acknowledgeNotice],
  ] as const)
    for (const login of logins ?? []) {
      const reader = await actorOf(house, login)
      if (reader) await house.store.write(reader.accountId, (tx) => verb(tx, id))
    }
}

const putRequest = async (house: House, request: DemoRequest): Promise<void> => {
  const actor = await actorOf(house, request.by)
  if (!actor) return
  const { uai, title, text, to, days, maxFiles } = request
  // Until the evening, as somebody would ask; kept until the end of a day.
  const today = parisTime(house.ctx.clock.now()).day
  const dueAt = parisMoment(addDays(today, days), 18 * 60)
  const id = await createRequest(house.people, actor, {
    uai,
    title,
    text,
    audience: audience(to),
    dueAt,
    keepUntil: parisMoment(addDays(today, days + 90), 18 * 60),
    kinds: ['pdf', 'image'],
    maxFiles,
    maxBytes: 10 * 1024 * 1024,
    asksRemark: true,
  })
  await openRequest(house.people, actor, id)
}

export const settleNotices = async (house: House): Promise<void> => {
  const { store, ctx } = house
  if (await store.read((tx) => tx.first(read, { name: mark }))) return
  // Begun and cut short, it is not begun again: a notice twice would be worse than one that is missing.
  await store.writeGlobal((tx) => tx.run(write, { name: mark }))
  for (const notice of notices) await putNotice(house, notice)
  for (const request of requests) await putRequest(house, request)
  await runRequests(ctx)
  await store.writeGlobal((tx) => tx.run(settle, { none: null }))
}
