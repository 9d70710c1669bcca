/** Signing out by somebody else's page, and tickets of people who may not enter any more. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blockPerson, setEnd } from '#domain/directory/life.ts'
import { disableAccount } from '#domain/people/accounts.ts'
import { checkSession } from '#domain/people/sessions.ts'
import { sqliteDriver } from '../contract/drivers.ts'
import { type CasRig, openCas, type Person, service } from './rig.ts'

let rig: CasRig
beforeEach(async () => {
  rig = await openCas(sqliteDriver)
  await rig.party()
})
afterEach(() => rig.close())

const lives = async ({ cookie }: Person) =>
  (await checkSession(rig.people, /session=([^;]+)/.exec(cookie)?.[1] ?? '')) !== undefined

test.each(['image', 'iframe', 'script', 'empty'])(
  'a sign-out asked as %s by a sister site signs nobody out',
  async (dest) => {
    const person = await rig.person('anne')
    const headers = { cookie: person.cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-dest': dest }
    const answer = await rig.app.inject({ url: '/cas/logout', headers })
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await lives(person)).toBe(true)
    await rig.app.inject({ url: '/cas/logout', headers: { ...headers, 'sec-fetch-dest': 'document' } })
    expect(await lives(person)).toBe(false)
  },
)

test.each<[string, (account: number) => Promise<unknown>]>([
  ['blocked', (account) => blockPerson(rig.people, 'test', account, 'essai')],
  ['disabled', (account) => disableAccount(rig.people, 'test', account)],
  ['ended', (account) => setEnd(rig.people, 'test', account, rig.clock.now() - 1)],
])('a ticket that was given before its person was %s opens nothing', async (_what, close) => {
  const person = await rig.person('anne')
  const ticket = await rig.ticket(person, service)
  await close(person.account)
  expect((await rig.get('/cas/serviceValidate', { service, ticket })).body).toContain('INVALID_TICKET')
})
