/** Passkeys made of software: what is accepted, and each thing that is not. */
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import {
  addPasskey,
  passkeyCreationOptions,
  passkeyRequestOptions,
  provePasskey,
} from '#domain/people/factors/passkey.ts'
import { readFactors } from '#domain/people/factors/rows.ts'
import { onEveryEngine } from '../contract/all.ts'
import { Authenticator, type Wrong } from './authenticator.ts'
import { openPeople, type PeopleRig } from './rig.ts'

const origin = 'http://localhost:8080'
const site = { id: 'localhost', name: 'Convergence', origins: [origin] }
const by = { actor: 'anne', ip: '192.0.2.1' }
const from = { ip: '192.0.2.1' }

onEveryEngine('passkeys', (driver) => {
  let rig: PeopleRig
  let account: number
  let key: Authenticator
  beforeEach(async () => {
    rig = await openPeople({}, driver)
    account = await rig.account('anne')
    key = new Authenticator(origin)
  })
  afterEach(() => rig.close())

  const why = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work
      return 'accepted'
    } catch (error) {
      if (!isFailure(error)) throw error
      return error.property ?? error.code
    }
  }

  const enrol = async (wrong: Wrong = {}, who = account, with_ = key) => {
    const who_ = { id: who, login: 'anne', name: 'Anne' }
    const { options, token } = await passkeyCreationOptions(rig.people, site, who_)
    const given = { token, attestation: with_.create(options, wrong), label: 'Portable' }
    return addPasskey(rig.people, site, who, given, by)
  }

  const prove = async (wrong: Wrong = {}, as: number | undefined = undefined, with_ = key) => {
    const purpose = as === undefined ? 'sign-in' : 'factor'
    const { options, token } = await passkeyRequestOptions(rig.people, site, purpose, as)
    const proof = { token, assertion: with_.get(options, wrong) }
    return provePasskey(rig.people, site, purpose, proof, as === undefined ? from : { ...from, account: as })
  }

  test('a passkey whose holder was verified signs in alone, without an identifier', async () => {
    expect((await enrol()).amr).toEqual(['hwk', 'user', 'mfa'])
    expect(await prove()).toMatchObject({ account, amr: ['hwk', 'user'] })
  })

  test('one that was only touched is a second factor, and no sign-in of its own', async () => {
    await enrol()
    expect(await why(prove({ userVerified: false }))).toBe('passkey')
    expect(await prove({ userVerified: false }, account)).toMatchObject({ amr: ['hwk'] })
  })

  test.each<[string, Wrong]>([
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of this machine', { origin: 'http://localhost:9090' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['for a challenge that is not ours', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['signed by another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
    ['of an enrolment', { type: 'webauthn.create' }],
  ])('an assertion %s is refused', async (_name, wrong) => {
    await enrol()
    expect(await why(prove(wrong))).toBe('passkey')
    expect(await why(prove(wrong, account))).toBe('passkey')
    expect(await why(prove())).toBe('accepted')
  })

  test('a counter that does not grow is a copy', async () => {
    await enrol()
    await prove()
    const last = key.counter
    expect(await why(prove({ counter: last }))).toBe('passkey')
    expect(await why(prove({ counter: last - 1 }))).toBe('passkey')
    expect(await why(prove({ counter: last + 1 }))).toBe('accepted')
  })

  test('a challenge is used once, is of one purpose, and expires', async () => {
    await enrol()
    const { options, token } = await passkeyRequestOptions(rig.people, site, 'sign-in')
    const give = (purpose: 'sign-in' | 'step-up', as = token) =>
      why(provePasskey(rig.people, site, purpose, { token: as, assertion: key.get(options) }, from))
    expect(await give('step-up')).toBe('passkey')
    expect(await give('sign-in')).toBe('accepted')
    expect(await give('sign-in')).toBe('passkey')
    // The same signature in other letters is the same challenge.
    for (const spelled of [`${token}=`, `${token}==`, `${token}!`, token.replace(/-/g, '+').replace(/_/g, '/')])
      expect(await give('sign-in', spelled)).toBe('passkey')
    const forged = `${token.split('.')[0]}.${'A'.repeat(43)}`
    expect(await give('sign-in', forged)).toBe('passkey')
    expect(await give('sign-in', '')).toBe('passkey')
    const late = await passkeyRequestOptions(rig.people, site, 'sign-in')
    rig.clock.advance(6 * 60_000)
    const assertion = key.get(late.options)
    expect(await why(provePasskey(rig.people, site, 'sign-in', { token: late.token, assertion }, from))).toBe('passkey')
  })

  test('an answer to the challenge of one account serves no other', async () => {
    await enrol()
    const other = await rig.account('paul')
    const { options, token } = await passkeyRequestOptions(rig.people, site, 'factor', account)
    const proof = { token, assertion: key.get(options) }
    expect(await why(provePasskey(rig.people, site, 'factor', proof, { ...from, account: other }))).toBe('passkey')
  })

  test('a handle that names somebody else does not lead to them', async () => {
    await enrol()
    const other = await rig.account('paul')
    key.handle = Buffer.from(`account:${other}`).toString('base64url')
    expect(await why(prove())).toBe('passkey')
  })

  test('a passkey is enrolled once, from our own site, and without an attestation that was not asked for', async () => {
    expect(await why(enrol({ origin: 'https://evil.example' }))).toBe('passkey')
    expect(await why(enrol({ rpId: 'evil.example' }))).toBe('passkey')
    for (const format of ['android-safetynet', 'apple', 'tpm', 'fido-u2f'])
      expect(await why(enrol({ format }))).toBe('passkey')
    await enrol()
    expect(await why(enrol())).toBe('passkey')
    expect(await rig.bench.store.read((tx) => readFactors(tx, account))).toHaveLength(1)
  })

  test('an answer that is no answer is refused as such', async () => {
    for (const assertion of [
      undefined,
      null,
      7,
      [],
      {},
      { id: 'x', rawId: 'x', response: {} },
      { id: '<>', rawId: {} },
    ]) {
      const { token } = await passkeyRequestOptions(rig.people, site, 'sign-in')
      expect(await why(provePasskey(rig.people, site, 'sign-in', { token, assertion }, from))).toBe('passkey')
    }
  })
})
