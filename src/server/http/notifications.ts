/** What a person wants to be told, how and when: read, kept, tried. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { categories, categoryNames, channels, mailWays, ruleOf } from '#domain/notify/categories.data.ts'
import { notify } from '#domain/notify/notify.ts'
import { type Preferences, readPreferences, savePreferences } from '#domain/notify/preferences.ts'
import { nextDigest, type Quiet, quietUntil } from '#domain/notify/quiet.ts'
import type { People } from '#domain/people/people.ts'
import { objectIn } from './admin-query.ts'
import { languageOf } from './failure.ts'
import { type Body, ownerRoutes } from './owner.ts'

const flag = (body: Body, name: string): boolean => body[name] === true
const number = (body: Body, name: string): number => (typeof body[name] === 'number' ? body[name] : Number.NaN)

/** Hours and days of quiet, as a form gives them. */
export const quietIn = (quiet: Body): Quiet => ({
  from: number(quiet, 'from'),
  to: number(quiet, 'to'),
  days: Array.isArray(quiet.days) ? quiet.days.slice(0, 7).map(Number) : [],
  publicHolidays: flag(quiet, 'publicHolidays'),
  schoolHolidays: flag(quiet, 'schoolHolidays'),
})

const preferencesIn = (body: Body): Preferences => {
  const given = objectIn(body, 'channels')
  const quiet = objectIn(body, 'quiet')
  const digest = objectIn(body, 'digest')
  const mail = (value: unknown) => {
    const way = mailWays.find((one) => one === value)
    if (way === undefined) throw new Failure('invalid', 'mail is now, digest or no', { property: 'channels' })
    return way
  }
  const chosen = categoryNames.map((name) => {
    const one = given[name] === undefined ? { ...ruleOf(name).usual } : objectIn(given, name)
    return [name, { portal: flag(one, 'portal'), push: flag(one, 'push'), mail: mail(one.mail) }] as const
  })
  return {
    channels: Object.fromEntries(chosen) as Preferences['channels'],
    quiet: quietIn(quiet),
    digest: {
      every: digest.every === 'week' ? 'week' : 'day',
      weekday: number(digest, 'weekday'),
      at: number(digest, 'at'),
    },
  }
}

const testWords = {
  fr: { title: 'Notification d’essai', text: 'Si vous lisez ceci, les notifications vous parviennent.' },
  en: { title: 'Test notification', text: 'If you read this, notifications reach you.' },
} as const

/** Between two tests of one person. */
const testEvery = 30_000

export const registerNotifications = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx
  const tested = new Map<number, number>()

  route('GET', '/auth/notifications', ({ owner }) =>
    store.read(async (tx) => {
      const wanted = await readPreferences(tx, owner.accountId)
      const now = clock.now()
      return {
        ...wanted,
        categories: categoryNames.map((id) => ({ id, ...categories[id], must: ruleOf(id).must ?? null })),
        ways: channels,
        quietUntil: quietUntil(wanted.quiet, now) ?? null,
        nextDigest: nextDigest(wanted.digest, now),
      }
    }),
  )
  route(
    'POST',
    '/auth/notifications',
    async ({ owner, body }) => {
      const wanted = body.usual === true ? null : preferencesIn(body)
      await store.write(owner.accountId, (tx) => savePreferences(tx, wanted))
      return {}
    },
    { bodyLimit: 16 * 1024 },
  )
  route('POST', '/auth/notifications/test', async ({ owner, request }) => {
    const now = clock.now()
    const before = tested.get(owner.accountId) ?? 0
    if (now - before < testEvery)
      throw new Failure('throttled', 'a moment ago', { retryAfter: before + testEvery - now })
    if (tested.size > 10_000) tested.clear()
    tested.set(owner.accountId, now)
    const told = { account: owner.accountId, category: 'test', url: '/notifications', urgent: true } as const
    await store.writeGlobal((tx) => notify(tx, { ...told, ...testWords[languageOf(request)] }, now))
    store.bus.publishTopic('outbox')
    return {}
  })
}
