/** Signing in step by step, on a real store. */
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { adoptAccounts } from '#domain/directory/adopt.ts'
import { setAdmin, setPassword } from '#domain/people/accounts.ts'
import { createAppPassword, listAppPasswords } from '#domain/people/credentials.ts'
import { forgetDevices, readDevices, trustLife } from '#domain/people/devices.ts'
import { readFactors, removeFactor } from '#domain/people/factors/rows.ts'
import { beginTotp, confirmTotp } from '#domain/people/factors/totp.ts'
import { acrOf, requireStepUp } from '#domain/people/principal.ts'
import { checkSession, openSession } from '#domain/people/sessions.ts'
import {
  type Arrival,
  currentStep,
  mustEnrol,
  type OpenStep,
  openFederated,
  type Step,
  signInWithFactor,
  signInWithPassword,
} from '#domain/people/sign-in.ts'
import { stepUp, stepUpWays } from '#domain/people/step-up.ts'
import { throttleRules } from '#domain/people/throttle.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

const site = { id: 'localhost', name: 'Convergence', origins: ['http://localhost:8080'] }
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36'
const period = 30_000

const isOpen = (step: Step): step is OpenStep => step.next !== 'factor'

onEveryEngine('sign-in', (driver) => {
  let rig: PeopleRig
  beforeEach(async () => {
    rig = await openPeople({}, driver)
  })
  afterEach(() => rig.close())

  const start = (login: string, more: Partial<Arrival> & { password?: string } = {}) =>
    signInWithPassword(rig.people, { login, password, ip: '192.0.2.1', after: '/mail', ...more })

  const opened = async (work: Promise<Step>): Promise<OpenStep> => {
    const step = await work
    if (!isOpen(step)) throw new Error(`a factor is asked: ${step.factors.join(' ')}`)
    return step
  }

  const asked = async (work: Promise<Step>) => {
    const step = await work
    if (isOpen(step)) throw new Error('the session is open already')
    return step
  }

  const why = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work
      return 'accepted'
    } catch (error) {
      if (!isFailure(error)) throw error
      return error.code === 'unauthenticated' ? (error.property ?? error.code) : error.code
    }
  }

  const administrator = async (): Promise<number> => {
    const account = await rig.account('root')
    await setAdmin(rig.people, 'test', account, true)
    return account
  }

  /** Enrols a generator; returns the code of now, always a fresh one. */
  const enrol = async (account: number): Promise<() => string> => {
    const { token, secret } = await beginTotp(rig.people, account, { login: 'x', issuer: 'Convergence' })
    const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) })
    const code = () => {
      rig.clock.advance(period)
      return totp.generate({ timestamp: rig.clock.now() })
    }
    await confirmTotp(rig.people, account, token, code(), { actor: 'x' })
    return code
  }

  const factor = (token: string, code: string, more: { remember?: boolean; deviceToken?: string } = {}) =>
    signInWithFactor(rig.people, site, token, { kind: 'totp', code }, { ip: '192.0.2.1', ...more })

  test('without a second factor the password opens the session, whose methods are told as they are', async () => {
    await rig.account('anne')
    const step = await opened(start('anne', { userAgent: firefox }))
    expect(step).toMatchObject({ next: 'done', after: '/mail' })
    const principal = await checkSession(rig.people, step.session.token)
    expect(principal).toMatchObject({ login: 'anne', amr: ['pwd'], authenticatedAt: rig.clock.now() })
    expect(acrOf(principal?.amr ?? [])).toBe('urn:convergence:acr:1')
  })

  test('with one, the password opens nothing before the factor is proved', async () => {
    const code = await enrol(await rig.account('anne'))
    const step = await asked(start('anne'))
    expect(step.factors).toEqual(['totp'])
    expect(await checkSession(rig.people, step.token)).toBeUndefined()
    expect(await why(factor(step.token, '000000'))).toBe('code')
    const open = await factor(step.token, code())
    const principal = await checkSession(rig.people, open.session.token)
    expect(principal?.amr).toEqual(['pwd', 'otp', 'mfa'])
    expect(acrOf(principal?.amr ?? [])).toBe('urn:convergence:acr:2')
    // The sign-in is used up.
    expect(await why(factor(step.token, code()))).toBe('sign-in')
  })

  test('a sign-in under way takes five tries, and ten minutes', async () => {
    const code = await enrol(await rig.account('anne'))
    const step = await asked(start('anne'))
    for (let i = 0; i < 5; i++) expect(await why(factor(step.token, '000000'))).toBe('code')
    expect(await why(factor(step.token, code()))).toBe('sign-in')
    expect(await why(currentStep(rig.people, step.token))).toBe('sign-in')
    const slow = await asked(start('anne'))
    rig.clock.advance(10 * 60_000)
    expect(await why(factor(slow.token, code()))).toBe('sign-in')
    expect(await why(factor('', code()))).toBe('sign-in')
  })

  test('a trusted browser is not asked again for thirty days, unless the service wants the factor', async () => {
    const account = await rig.account('anne')
    const code = await enrol(account)
    const step = await asked(start('anne'))
    expect(step.remember).toBe(true)
    const { deviceToken = '' } = await factor(step.token, code(), { remember: true })
    const again = await opened(start('anne', { deviceToken }))
    expect((await checkSession(rig.people, again.session.token))?.amr).toEqual(['pwd'])
    await asked(start('anne', { deviceToken, strength: 2 }))
    await asked(start('anne'))
    rig.clock.advance(trustLife)
    await asked(start('anne', { deviceToken }))
  })

  test('trust ends with a new password, a new factor, and when the browser is forgotten', async () => {
    const account = await rig.account('anne')
    const code = await enrol(account)
    const trust = async () => {
      const step = await asked(start('anne', { password: secret }))
      return (await factor(step.token, code(), { remember: true })).deviceToken ?? ''
    }
    let secret = password
    const first = await trust()
    secret = 'Une autre phrase assez longue 7'
    await setPassword(rig.people, 'anne', account, secret)
    await asked(start('anne', { password: secret, deviceToken: first }))
    const second = await trust()
    const principal = {
      ...(await verifyPassword(rig.people, { login: 'anne', password: secret, ip: '', service: 'web' })),
    }
    await forgetDevices(rig.people, principal, 'all')
    await asked(start('anne', { password: secret, deviceToken: second }))
    const third = await trust()
    await enrol(account)
    await asked(start('anne', { password: secret, deviceToken: third }))
  })

  test('neither an administrator nor a shared computer may be trusted', async () => {
    const code = await enrol(await administrator())
    const step = await asked(start('root'))
    expect(step.remember).toBe(false)
    const { deviceToken = '' } = await factor(step.token, code(), { remember: true })
    await asked(start('root', { deviceToken }))

    const own = await enrol(await rig.account('anne'))
    const shared = await asked(start('anne', { shared: true }))
    expect(shared.remember).toBe(false)
    expect((await factor(shared.token, own(), { remember: true })).deviceToken).toBeUndefined()
  })

  test('a shared computer’s session ends after half an hour without use', async () => {
    await rig.account('anne')
    const { session } = await opened(start('anne', { shared: true }))
    rig.clock.advance(29 * 60_000)
    expect(await checkSession(rig.people, session.token)).toBeDefined()
    rig.clock.advance(31 * 60_000)
    expect(await checkSession(rig.people, session.token)).toBeUndefined()
  })

  test('an attacker who tries from everywhere does not lock out the browser that the account knows', async () => {
    await rig.account('anne')
    const { deviceToken } = await opened(start('anne'))
    for (let i = 0; i < throttleRules.account.free + 40; i++)
      await why(start('anne', { password: `wrong ${i}`, ip: `203.0.${i % 250}.1` }))
    expect(await why(start('anne', { ip: '203.0.1.1' }))).toBe('throttled')
    expect(await why(start('anne', { ip: '203.0.1.1', deviceToken }))).toBe('accepted')
    expect(await why(start('anne', { ip: '203.0.1.1', deviceToken: 'A'.repeat(43) }))).toBe('throttled')
  })

  test('an administrator without a factor has mail and no administration until one is enrolled', async () => {
    const account = await administrator()
    const step = await opened(start('root'))
    expect([step.next, step.principal.admin]).toEqual(['enrol', false])
    expect((await checkSession(rig.people, step.session.token))?.admin).toBe(false)
    const code = await enrol(account)
    expect(await rig.bench.store.read((tx) => mustEnrol(tx, rig.people, account))).toBe(false)
    const again = await asked(start('root'))
    const open = await factor(again.token, code())
    expect([open.next, (await checkSession(rig.people, open.session.token))?.admin]).toEqual(['done', true])
  })

  test('who signs in again in the same browser keeps the session, under a new token; on a shared computer it is another', async () => {
    await rig.account('anne')
    await rig.account('paul')
    const first = await opened(start('anne'))
    const current = await checkSession(rig.people, first.session.token)
    rig.clock.advance(60_000)
    const again = await opened(start('anne', { current }))
    expect(again.session.id).toBe(first.session.id)
    expect(again.session.token).not.toBe(first.session.token)
    expect(await checkSession(rig.people, first.session.token)).toBeUndefined()
    expect(await checkSession(rig.people, again.session.token)).toMatchObject({ authenticatedAt: rig.clock.now() })
    expect((await opened(start('anne', { current, shared: true }))).session.id).not.toBe(first.session.id)
    expect((await opened(start('paul', { current }))).session.id).not.toBe(first.session.id)
  })

  test('a session that turns up in another kind of browser is nobody’s', async () => {
    await rig.account('anne')
    const { session } = await opened(start('anne', { userAgent: firefox }))
    const check = (userAgent: string) => checkSession(rig.people, session.token, { userAgent })
    expect(await check(firefox.replaceAll('140', '141'))).toBeDefined()
    expect(await check(chrome)).toBeUndefined()
    expect(await check('curl/8')).toBeUndefined()
  })

  test('a provider’s word ends in a session that says so; our factor is asked unless the provider did', async () => {
    const account = await rig.account('anne')
    const arrive = (amr: string[] = []) =>
      openFederated(
        rig.people,
        account,
        { provider: 'educonnect', providerData: '{"sid":"1"}', amr },
        { ip: '', after: '/' },
      )
    const step = await opened(arrive())
    expect(await checkSession(rig.people, step.session.token)).toMatchObject({ amr: ['fed'], provider: 'educonnect' })
    await enrol(account)
    await asked(arrive())
    expect((await opened(arrive(['pwd', 'mfa']))).principal.amr).toEqual(['fed', 'pwd', 'mfa'])
  })

  test('a sensitive act needs a fresh proof: the factor when there is one, the password otherwise', async () => {
    const account = await rig.account('anne')
    const { session } = await opened(start('anne'))
    const principal = async () => {
      const found = await checkSession(rig.people, session.token)
      if (!found) throw new Error('no session')
      return found
    }
    requireStepUp(await principal(), rig.clock.now())
    rig.clock.advance(5 * 60_000)
    const stale = await principal()
    expect(() => requireStepUp(stale, rig.clock.now())).toThrow('fresh proof')
    const from = { ip: '192.0.2.1' }
    expect((await stepUpWays(rig.people, await principal())).methods).toEqual(['password'])
    const wrong = stepUp(rig.people, site, await principal(), { kind: 'password', password: 'no' }, from)
    expect(await why(wrong)).toBe('unauthenticated')
    await stepUp(rig.people, site, await principal(), { kind: 'password', password }, from)
    requireStepUp(await principal(), rig.clock.now())

    const code = await enrol(account)
    expect((await stepUpWays(rig.people, await principal())).methods).toEqual(['totp'])
    const weak = stepUp(rig.people, site, await principal(), { kind: 'password', password }, from)
    expect(await why(weak)).toBe('invalid')
    rig.clock.advance(5 * 60_000)
    await stepUp(rig.people, site, await principal(), { kind: 'totp', code: code() }, from)
    requireStepUp(await principal(), rig.clock.now())
    expect((await principal()).amr).toEqual(['pwd', 'otp', 'mfa'])
  })

  test('a program may not pass a second factor by: it is told to use an app password, and leaves when one is added', async () => {
    const account = await rig.account('anne')
    const program = { login: 'anne', password, ip: '192.0.2.1', service: 'imap' as const }
    const connected = await verifyPassword(rig.people, program)
    const gone = new Promise<void>((resolve) => {
      watchPrincipal(rig.people, connected, resolve)
    })
    await enrol(account)
    await gone
    expect(await why(verifyPassword(rig.people, program))).toBe('appPasswordRequired')
    expect(await why(verifyPassword(rig.people, { ...program, password: 'wrong' }))).toBe('unauthenticated')
    const app = await createAppPassword(rig.people, 'anne', account, { label: 'Phone', scopes: ['imap'] })
    expect(await why(verifyPassword(rig.people, { ...program, password: app.password }))).toBe('accepted')
    const [row] = await rig.bench.store.read((tx) => readFactors(tx, account))
    await removeFactor(rig.people, account, row?.id ?? 0, { actor: 'anne' })
    expect(await why(verifyPassword(rig.people, program))).toBe('accepted')
  })

  test('the owner sees which app password fails, since when and from where', async () => {
    const account = await rig.account('anne')
    const app = await createAppPassword(rig.people, 'anne', account, { label: 'Phone', scopes: ['imap'] })
    const attempt = (secret: string, service: 'imap' | 'smtp') =>
      why(verifyPassword(rig.people, { login: 'anne', password: secret, ip: '198.51.100.7', service }))
    expect(await attempt(app.password, 'smtp')).toBe('unauthenticated')
    const [after] = await listAppPasswords(rig.people, account)
    expect(after).toMatchObject({ lastFailedAt: rig.clock.now(), lastFailedIp: '198.51.100.7', failures: 1 })
    rig.clock.advance(61_000)
    const mistyped = `${app.password.slice(0, -1)}${app.password.endsWith('a') ? 'b' : 'a'}`
    expect(await attempt(mistyped, 'imap')).toBe('unauthenticated')
    expect((await listAppPasswords(rig.people, account))[0]?.failures).toBe(2)
  })

  test('browsers are known after the first sign-in, thirty of them at most', async () => {
    const account = await rig.account('anne')
    const { deviceToken } = await opened(start('anne', { userAgent: firefox }))
    await opened(start('anne', { userAgent: firefox, deviceToken }))
    const devices = () => rig.bench.store.read((tx) => readDevices(tx, rig.people, account))
    expect(await devices()).toMatchObject([{ userAgent: firefox }])
    const principal = await verifyPassword(rig.people, { login: 'anne', password, ip: '', service: 'web' })
    expect(await forgetDevices(rig.people, principal, 'all')).toBe(1)
    expect(await devices()).toEqual([])
    for (let i = 0; i < 33; i++) {
      rig.clock.advance(1000)
      await opened(start('anne'))
    }
    expect(await devices()).toHaveLength(30)
  })

  test('forgetting a browser ends its sessions and no other', async () => {
    await rig.account('anne')
    const here = await opened(start('anne'))
    const there = await opened(start('anne'))
    const [principal, other] = await Promise.all(
      [here, there].map(({ session }) => checkSession(rig.people, session.token)),
    )
    if (!principal || !other) throw new Error('no session')
    const all = await rig.bench.store.read((tx) => tx.query((q) => q.selectFrom('session').select(['id', 'device_id'])))
    const device = all.find(({ id }) => id === other.sessionId)?.device_id ?? ''
    await forgetDevices(rig.people, principal, device)
    expect(await checkSession(rig.people, there.session.token)).toBeUndefined()
    expect(await checkSession(rig.people, here.session.token)).toBeDefined()
  })

  test('a person who is blocked or has left opens nothing, by any way', async () => {
    const account = await rig.account('anne')
    const principal = await verifyPassword(rig.people, { login: 'anne', password, ip: '', service: 'web' })
    const { token } = await openSession(rig.people, principal, { ip: '' })
    await adoptAccounts(rig.people)
    const set = (values: { blocked_at?: number | null; ends_at?: number | null }) =>
      rig.bench.engine.write((tx) =>
        tx.execute((q) => q.updateTable('person').set(values).where('account_id', '=', account)),
      )
    for (const values of [{ blocked_at: 1 }, { blocked_at: null, ends_at: rig.clock.now() }]) {
      await set(values)
      expect(await why(start('anne'))).toBe('unauthenticated')
      expect(await checkSession(rig.people, token)).toBeUndefined()
      expect(await why(openFederated(rig.people, account, { provider: 'x' }, { ip: '', after: '/' }))).toBe('account')
    }
    await set({ blocked_at: null, ends_at: null })
    expect(await checkSession(rig.people, token)).toBeDefined()
  })
})
