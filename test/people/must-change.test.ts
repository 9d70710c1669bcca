/** Passwords that have to be changed before anything else, on a real store. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { setAdmin, setPassword } from '#domain/people/accounts.ts'
import { readPassword, replacePassword } from '#domain/people/credentials.ts'
import { programsGrace, refuseSame } from '#domain/people/must-change.ts'
import { checkSession, openSession } from '#domain/people/sessions.ts'
import { type OpenStep, openFederated, signInWithPassword } from '#domain/people/sign-in.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

const day = 24 * 3_600_000
const given = 'Neuf-cigognes-au-lac-7'
const chosen = 'quatre marronniers sous la pluie'
/** Long enough for staff, too short for administrators; known to every guesser. */
const [short, leaked] = ['Pluie-d-ete-88', 'azerty1234']

onEveryEngine('passwords to change', (driver) => {
  let rig: PeopleRig
  beforeEach(async () => {
    rig = await openPeople({}, driver)
  })
  afterEach(() => rig.close())

  const ip = '192.0.2.1'
  const enter = async (login: string, secret: string): Promise<OpenStep> => {
    const step = await signInWithPassword(rig.people, { login, password: secret, ip, after: '/mail' })
    if (step.next === 'factor') throw new Error('a factor is asked')
    return step
  }
  const held = async ({ session }: OpenStep) => (await checkSession(rig.people, session.token))?.held
  const program = async (login: string, secret: string): Promise<string> => {
    try {
      await verifyPassword(rig.people, { login, password: secret, ip, service: 'imap' })
      return 'accepted'
    } catch (error) {
      if (!isFailure(error)) throw error
      return error.code
    }
  }
  /** A password that was set when other rules stood. */
  const plant = async (account: number, secret: string): Promise<void> => {
    const phc = await rig.people.passwords.hash(secret)
    await rig.people.ctx.store.writeGlobal((tx) => replacePassword(tx, rig.clock.now(), account, phc))
    rig.people.ctx.store.bus.publishTopic('people', account)
  }
  const dataOf = async (account: number): Promise<string> =>
    (await rig.people.ctx.store.read((tx) => readPassword(tx, account)))?.data ?? ''

  test('one that an administrator gave opens a session that is held until another is chosen, and no program', async () => {
    const account = await rig.account('anne')
    await setPassword(rig.people, 'root', account, given, { mustChange: true })
    expect(await program('anne', given)).toBe('passwordChangeRequired')
    const step = await enter('anne', given)
    expect(step.next).toBe('password')
    expect(step.principal.held).toBe('reset')
    expect(await held(step)).toBe('reset')
    await expect(refuseSame(rig.people, account, given)).rejects.toMatchObject({ property: 'same-password' })
    await refuseSame(rig.people, account, chosen)
    await setPassword(rig.people, 'anne', account, chosen, { keepSession: step.session.id })
    expect(await held(step)).toBeUndefined()
    expect(await program('anne', chosen)).toBe('accepted')
    expect((await enter('anne', chosen)).next).toBe('done')
  })

  test('whoever guesses is told the same of an account whose password has to be changed', async () => {
    const account = await rig.account('anne')
    await setPassword(rig.people, 'root', account, given, { mustChange: true })
    expect(await program('anne', 'wrong one')).toBe('unauthenticated')
    expect(await program('nobody', given)).toBe('unauthenticated')
  })

  test('somebody who becomes an administrator with too short a password has to choose a longer one', async () => {
    const account = await rig.account('anne')
    await setPassword(rig.people, 'anne', account, short)
    const before = await enter('anne', short)
    expect(before.next).toBe('done')
    rig.clock.advance(1000)
    await setAdmin(rig.people, 'root', account, true)
    const step = await enter('anne', short)
    expect(step.next).toBe('password')
    expect(await held(step)).toBe('weak')
    // What was open before goes on: nobody is stopped in the middle of something.
    expect(await held(before)).toBeUndefined()
    await setAdmin(rig.people, 'root', account, false)
    expect((await enter('anne', short)).next).toBe('done')
  })

  test('a leaked one is found when it is used, and programs go on with it for fourteen days', async () => {
    const account = await rig.account('anne')
    await plant(account, leaked)
    expect(await program('anne', leaked)).toBe('accepted')
    expect((await enter('anne', leaked)).next).toBe('password')
    expect(await program('anne', leaked)).toBe('accepted')
    rig.clock.advance(programsGrace - 1000)
    // Signing in again does not begin the fourteen days anew.
    expect((await enter('anne', leaked)).next).toBe('password')
    rig.clock.advance(1000)
    expect(await program('anne', leaked)).toBe('passwordChangeRequired')
  })

  test('a good one is weighed once and never expires', async () => {
    const account = await rig.account('anne')
    expect((await enter('anne', password)).next).toBe('done')
    const weighed = await dataOf(account)
    expect(weighed).toContain('weighed')
    rig.clock.advance(3650 * day)
    expect((await enter('anne', password)).next).toBe('done')
    expect(await dataOf(account)).toBe(weighed)
  })

  test('those of administrators expire only where the setting says so', async () => {
    const people = { ...rig.people, options: { ...rig.people.options, administratorPasswordDays: 365 } }
    const sign = (login: string, secret: string) =>
      signInWithPassword(people, { login, password: secret, ip, after: '/' })
    const root = await rig.account('root', { admin: true })
    await rig.account('anne')
    expect((await sign('root', password)).next).toBe('enrol')
    rig.clock.advance(365 * day)
    const step = await sign('root', password)
    expect(step).toMatchObject({ next: 'password', principal: { held: 'old' } })
    expect((await sign('anne', password)).next).toBe('done')
    await setPassword(people, 'root', root, chosen)
    expect((await sign('root', chosen)).next).toBe('enrol')
  })

  test('whoever comes by a provider or a passkey is not held by a password', async () => {
    const account = await rig.account('anne')
    await setPassword(rig.people, 'root', account, given, { mustChange: true })
    const step = await openFederated(rig.people, account, { provider: 'ent' }, { ip, after: '/mail' })
    if (step.next === 'factor') throw new Error('a factor is asked')
    expect(step.next).toBe('done')
    expect(await held(step)).toBeUndefined()
    const { principal } = step
    const byKey = await openSession(rig.people, principal, { ip }, { amr: ['hwk', 'user', 'mfa'] })
    expect((await checkSession(rig.people, byKey.token))?.held).toBeUndefined()
  })
})
