/** Small ways round the rules of signing in, each refused; and strangers who would keep a person out. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { setPassword } from '#domain/people/accounts.ts'
import { readActivity } from '#domain/people/activity.ts'
import { audit } from '#domain/people/audit.ts'
import { verifyBearer } from '#domain/people/bearer.ts'
import { readDevices } from '#domain/people/devices.ts'
import { makeGrid } from '#domain/people/factors/grid.ts'
import { proveFactor } from '#domain/people/factors/prove.ts'
import { makeRecoveryCodes } from '#domain/people/factors/recovery-codes.ts'
import { personalData } from '#domain/people/personal.ts'
import type { Principal } from '#domain/people/principal.ts'
import { activate, checkActivation, issueActivation } from '#domain/people/recovery/activation.ts'
import { askReset, checkReset, recoverySettled, resetPassword } from '#domain/people/recovery/ask.ts'
import { askRescue, confirmRescue } from '#domain/people/recovery/rescue.ts'
import { openSession, principalOfSession } from '#domain/people/sessions.ts'
import { currentStep, signInWithFactor, signInWithPassword } from '#domain/people/sign-in.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'
import { giveToken } from './tokens.ts'

const chosen = 'Trois-hiboux-lisent-47'
const site = { id: 'localhost', name: 'Convergence', origins: ['http://localhost:8080'] }
const ip = '192.0.2.7'
let rig: PeopleRig

beforeEach(async () => {
  rig = await openPeople({ domains: ['ecole.test'], publicUrl: 'https://ecole.test' })
})
afterEach(() => rig.close())

const person = async (login: string, more: Partial<NewPerson> = {}): Promise<Principal> => {
  const wanted = { login, givenName: 'Anne', familyName: login, password, ...more }
  const { id: accountId, name, email } = await createPerson(rig.people, 'test', wanted)
  return { accountId, login, name, email, locale: 'fr', admin: false, amr: ['pwd'], authenticatedAt: 0, steppedUpAt: 0 }
}

const why = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    return isFailure(error) ? `${error.code} ${error.property ?? ''}`.trim() : String(error)
  }
}

/** Texts of the messages that wait in the queue, the oldest first. */
const sent = async (): Promise<string[]> => {
  await recoverySettled(rig.people)
  const { store } = rig.people.ctx
  const rows = await store.read((tx) =>
    tx.query((q) => q.selectFrom('queue_message').select('blob_id as blob').orderBy('id')),
  )
  const texts = await Promise.all(rows.map(({ blob }) => store.blobs.bytes(blob)))
  return texts.map((bytes) => Buffer.from(bytes).toString().replace(/=\r\n/g, ''))
}

const links = async (): Promise<string[]> =>
  (await sent()).flatMap((text) => /\/reset#([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? [])

const withRescue = async (login: string): Promise<Principal> => {
  const owner = await person(login)
  await askRescue(rig.people, owner, `${login}@ailleurs.example`)
  const code = /\b(\d{4} \d{4})\b/.exec((await sent()).at(-1) ?? '')?.[1] ?? ''
  await confirmRescue(rig.people, owner, code, ip)
  return owner
}

const endProfile = (account: number, at: number) =>
  rig.people.ctx.store.writeGlobal((tx) =>
    tx.execute((q) => q.updateTable('profile').set({ ends_at: at }).where('account_id', '=', account)),
  )

test('a profile that has ended is neither the session’s nor the token’s any more', async () => {
  const owner = await person('anne', { profiles: [{ kind: 'parent' }] })
  const { store } = rig.people.ctx
  const [row] = await store.read((tx) => tx.query((q) => q.selectFrom('profile').select('id')))
  const profileId = row?.id ?? 0
  const { id } = await openSession(rig.people, owner, { ip }, { amr: ['pwd'], profileId })
  const { token } = await giveToken(rig.people, owner.accountId, 'mail:imap', { session: id })
  const acting = async () => [
    (await store.read((tx) => principalOfSession(tx, rig.people, id)))?.profileId,
    (await verifyBearer(rig.people, { token, service: 'imap' })).profileId,
  ]
  expect(await acting()).toEqual([profileId, profileId])
  await endProfile(owner.accountId, rig.clock.now() + 1000)
  rig.clock.advance(1001)
  expect(await acting()).toEqual([undefined, undefined])
})

test('the tokens of a person whose end has come open nothing, before anything is tidied up', async () => {
  const owner = await person('anne', { endsAt: rig.clock.now() + 60_000 })
  const { token } = await giveToken(rig.people, owner.accountId, 'mail:imap')
  expect(await why(verifyBearer(rig.people, { token, service: 'imap' }))).toBe('done')
  rig.clock.advance(60_001)
  expect(await why(verifyBearer(rig.people, { token, service: 'imap' }))).toBe('unauthenticated token')
})

test('a stranger who asks again does not make the owner’s link worthless; using one ends the others', async () => {
  await withRescue('anne')
  await askReset(rig.people, 'anne', { ip })
  await askReset(rig.people, 'anne', { ip: '198.51.100.9' })
  const [first = '', second = ''] = await links()
  expect(await why(checkReset(rig.people, first))).toBe('done')
  await resetPassword(rig.people, first, chosen, { ip })
  expect(await why(checkReset(rig.people, second))).toBe('unauthenticated reset')
})

test('a new password ends the links and the sign-ins that were begun before it', async () => {
  const owner = await withRescue('anne')
  await makeGrid(rig.people, owner.accountId, { actor: 'anne' })
  const step = await signInWithPassword(rig.people, { login: 'anne', password, ip, after: '/' })
  if (step.next !== 'factor') throw new Error('the grid is not asked')
  await askReset(rig.people, 'anne', { ip })
  const [link = ''] = await links()
  await setPassword(rig.people, 'anne', owner.accountId, chosen)
  expect(await why(checkReset(rig.people, link))).toBe('unauthenticated reset')
  expect(await why(currentStep(rig.people, step.token))).toBe('unauthenticated sign-in')
  const proof = { kind: 'grid' as const, cells: [] }
  expect(await why(signInWithFactor(rig.people, site, step.token, proof, { ip }))).toBe('unauthenticated sign-in')
})

test('delays tell no more of a name that nobody has than of one that somebody has', async () => {
  await person('anne')
  const tries = async (name: string): Promise<string[]> => {
    const told: string[] = []
    for (const login of [...Array(7).fill(name), `${name}@ecole.test`, ` ${name.toUpperCase()}@ECOLE.test `])
      told.push(await why(signInWithPassword(rig.people, { login, password: 'faux', ip, after: '/' })))
    return told
  }
  expect(await tries('personne')).toEqual(await tries('anne'))
})

/** Signs in with a grid, asking that the browser be trusted. */
const trusting = async (login: string, account: number, deviceToken?: string) => {
  const arrival = { login, password, ip, after: '/', deviceToken }
  const grid = await makeGrid(rig.people, account, { actor: login })
  const step = await signInWithPassword(rig.people, arrival)
  if (step.next !== 'factor') throw new Error('the grid is not asked')
  const cells = (step.grid?.cells ?? []).map(
    (name) => grid.rows[Number(name[1]) - 1]?.cells[grid.columns.indexOf(name[0] ?? '')] ?? '',
  )
  const from = { ip, remember: true, deviceToken }
  return signInWithFactor(rig.people, site, step.token, { kind: 'grid', cells }, from)
}

test('in a trusted browser a sensitive act still asks for the second factor', async () => {
  const owner = await person('anne')
  const proved = await trusting('anne', owner.accountId)
  expect(proved.principal.steppedUpAt).toBe(rig.clock.now())
  const again = await signInWithPassword(rig.people, {
    login: 'anne',
    password,
    ip,
    after: '/',
    deviceToken: proved.deviceToken,
  })
  if (again.next === 'factor') throw new Error('the browser is not trusted')
  const { store } = rig.people.ctx
  const stored = await store.read((tx) => principalOfSession(tx, rig.people, again.session.id))
  expect([again.principal.steppedUpAt, stored?.steppedUpAt]).toEqual([0, 0])
})

test('whoever used a browser before, and kept its cookie, is not trusted with the one who comes after', async () => {
  await person('paul')
  const anne = await person('anne')
  const first = await signInWithPassword(rig.people, { login: 'paul', password, ip, after: '/' })
  const copied = first.next === 'factor' ? undefined : first.deviceToken
  const known = await signInWithPassword(rig.people, { login: 'anne', password, ip, after: '/', deviceToken: copied })
  expect(known.next).toBe('done')
  const trusted = await trusting('anne', anne.accountId, copied)
  const next = async (deviceToken: string | undefined) =>
    (await signInWithPassword(rig.people, { login: 'anne', password, ip: '203.0.113.8', after: '/', deviceToken })).next
  expect(await next(copied)).toBe('factor')
  expect(await next(trusted.deviceToken)).toBe('done')
  const devices = await rig.people.ctx.store.read((tx) => readDevices(tx, rig.people, anne.accountId))
  expect(devices).toHaveLength(1)
})

test('those who guess codes of activation do not slow down who holds the sheet; its birth date is not guessed', async () => {
  const owner = await person('anne', { birthDate: '1980-02-08' })
  const { code } = await rig.people.ctx.store.writeGlobal((tx) =>
    issueActivation(tx, rig.people, owner.accountId, { actor: 'test' }),
  )
  const attempt = (given: string, birthDate: string, from: string) =>
    why(checkActivation(rig.people, { login: 'anne', code: given, birthDate, ip: from }))
  for (let at = 0; at < 60; at++) await attempt('AAAA-BBBB-CCCC', '1980-02-08', `198.51.${at}.9`)
  expect(await attempt('AAAA-BBBB-CCCC', '1980-02-08', ip)).toBe('throttled')
  expect(await attempt(code, '1980-02-08', ip)).toBe('done')
  const told = new Set<string>()
  for (let day = 10; day < 30; day++) told.add(await attempt(code, `1980-01-${day}`, '203.0.113.5'))
  expect(told).toEqual(new Set(['unauthenticated activation', 'throttled']))
  expect(await attempt(code, '1980-02-08', '203.0.113.5')).toBe('throttled')
})

test('two activations, two resets and two uses of one recovery code at the same moment are one', async () => {
  const owner = await withRescue('anne')
  const { people } = rig
  const outcomes = async (works: Promise<unknown>[]): Promise<string[]> => (await Promise.all(works.map(why))).sort()
  const { code } = await people.ctx.store.writeGlobal((tx) =>
    issueActivation(tx, people, owner.accountId, { actor: 'test' }),
  )
  const given = { login: 'anne', code, birthDate: '', ip }
  expect(await outcomes([activate(people, given, chosen), activate(people, given, `${chosen}!`)])).toEqual([
    'done',
    'unauthenticated activation',
  ])
  await askReset(people, 'anne', { ip })
  const [link = ''] = await links()
  const resets = ['Un', 'Deux'].map((word) => resetPassword(people, link, `${word}-${chosen}`, { ip }))
  expect(await outcomes(resets)).toEqual(['done', 'unauthenticated reset'])
  await makeGrid(people, owner.accountId, { actor: 'anne' })
  const [recovery = ''] = await makeRecoveryCodes(people, owner.accountId, { actor: 'anne' })
  const account = { id: owner.accountId, login: 'anne' }
  const uses = [1, 2].map(() =>
    proveFactor(people, site, 'factor', account, { kind: 'recovery', code: recovery }, { ip }),
  )
  expect(await outcomes(uses)).toEqual(['done', 'unauthenticated code'])
})

test('what somebody else did to an account is told to its owner, not who it was nor from where', async () => {
  const owner = await person('anne')
  const about = { accountId: owner.accountId, target: 'anne', ip: '203.0.113.77' }
  for (const [actor, action] of [
    ['paul.chef', 'person.block'],
    ['stranger', 'sign-in.refused'],
    ['anne', 'session.open'],
  ] as const)
    await audit(rig.people.ctx, { actor, action, ...about })
  const lines = (await readActivity(rig.people, owner)).slice(0, 3)
  expect(lines.map(({ action, own, ip: from }) => [action, own, from])).toEqual([
    ['session.open', true, '203.0.113.77'],
    ['sign-in.refused', false, '203.0.113.77'],
    ['person.block', false, ''],
  ])
  const { tables } = await personalData(rig.people, owner.accountId)
  expect(JSON.stringify(tables.audit)).not.toContain('paul.chef')
  expect(tables.audit?.find(({ action }) => action === 'person.block')).toMatchObject({
    actor: 'administration',
    ip: '',
  })
})
